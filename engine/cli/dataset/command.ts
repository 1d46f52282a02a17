// `dataset add DIR|URL`: writes down which files a dataset is, by hash, as a module that experiments import.
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { join, relative, resolve, sep } from "node:path"
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { writeWhole } from "../../store/whole-file.ts"
import type { CommandContext } from "../context.ts"
import { badUsage } from "../failures.ts"
import { json } from "../options.ts"
import { print } from "../output.ts"
import { addressParts, isAddress, type SurveyedFile, survey } from "./survey.ts"

const action = Args.text({ name: "add" })
const source = Args.text({ name: "DIR|URL" }).pipe(
  Args.withDescription("A folder or file of this machine, or the address of a file on the web"),
)
const name = Options.text("name").pipe(
  Options.withPseudoName("NAME"),
  Options.withDescription("What the dataset is called (default: the last part of DIR or URL)"),
  Options.optional,
)
const replace = Options.boolean("replace").pipe(
  Options.withDescription("Writes a declaration anew that is there already"),
)

interface Given {
  readonly action: string
  readonly source: string
  readonly name: Option.Option<string>
  readonly replace: boolean
  readonly json: boolean
}

export const datasetCommand = (context: CommandContext) =>
  Command.make("dataset", { action, source, name, replace, json }, (given) =>
    Effect.tryPromise({ try: () => add(context.root, given), catch: (failure) => failure }),
  ).pipe(Command.withDescription("dataset add DIR|URL: writes down the files of a dataset, by hash"))

/** @throws Refusal for a source that cannot be read, or a declaration that is there and would change */
async function add(root: string, given: Given): Promise<void> {
  if (given.action !== "add") throw badUsage(`dataset ${given.action}: there is only dataset add DIR|URL`)
  const called = Option.getOrElse(given.name, () => nameOf(given.source))
  if (!/^[a-z][a-z0-9-]*$/.test(called))
    throw badUsage(
      `"${called}" cannot be a dataset's name: lower-case letters, digits and hyphens, a letter first; --name NAME says another`,
    )
  const files = await survey(given.source)
  const from = placeOf(root, given.source)
  const text = moduleText(called, from, files)
  const path = join(root, "datasets", `${called}.ts`)
  const shown = `datasets/${called}.ts`
  const isSame = existsSync(path) && readFileSync(path, "utf8") === text
  if (existsSync(path) && !isSame) {
    if (!given.replace)
      throw badUsage(
        `${shown} is there already, and would change: --replace writes it anew, --name NAME writes another`,
      )
  }
  mkdirSync(join(root, "datasets"), { recursive: true })
  if (!isSame) writeWhole(path, text)
  if (given.json)
    return print(JSON.stringify({ dataset: called, module: shown, written: !isSame, from: [from], files }))
  if (isSame) return print(`${shown} says the same already: ${summary(files)}`)
  print(`${shown}: ${summary(files)}, each by the SHA-256 of what it holds decompressed. In an experiment:

  import { fetchFiles } from ${finder}
  import { ${identifier(called)} } from "../${shown}"
  const { files } = fetchFiles.folder(${identifier(called)})
`)
}

/** "photos" of `data/Photos/`, "iris" of `https://host/iris.csv.gz`. */
function nameOf(source: string): string {
  const parts = isAddress(source) ? addressParts(source) : resolve(source).split(sep)
  const last = parts.filter((part) => part !== "").at(-1) ?? ""
  const words = last.replace(/\..*$/, "").toLowerCase()
  return words.replace(/[^a-z0-9]+/g, "-").replace(/^[^a-z]+|-+$/g, "")
}

/** Where the files are looked for: an address, or a folder relative to the project where it lies in it. */
function placeOf(root: string, source: string): string {
  if (isAddress(source)) return source
  const inside = relative(root, resolve(source))
  return (inside.startsWith("..") ? resolve(source) : inside || ".").split(sep).join("/")
}

/** The module with the stage that finds what was written down: where it is printed alone, nothing is imported. */
const finder = JSON.stringify("refold/stages")

const summary = (files: ReadonlyArray<SurveyedFile>): string =>
  `${files.length} ${files.length === 1 ? "file" : "files"}, ${files.reduce((sum, { bytes }) => sum + bytes, 0)} bytes`

const identifier = (name: string): string =>
  name.replace(/-+(.)/g, (_, letter: string) => letter.toUpperCase())

function moduleText(name: string, from: string, files: ReadonlyArray<SurveyedFile>): string {
  const lines = files.map(
    (file) => `    { name: ${JSON.stringify(file.name)}, sha256: "${file.sha256}", bytes: ${file.bytes} },`,
  )
  return `// The files of the dataset ${name}, by the SHA-256 of what they hold decompressed: written by "refold dataset add", to be committed.
export const ${identifier(name)} = {
  dataset: "${name}",
  from: [${JSON.stringify(from)}],
  files: [
${lines.join("\n")}
  ],
}
`
}
