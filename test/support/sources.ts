// The project's own source files, and which of them each imports, for its types too: knowing a type is knowing.
import { readdirSync, readFileSync } from "node:fs"
import { join, posix, resolve } from "node:path"
import { fileURLToPath } from "node:url"

export const root = resolve(fileURLToPath(import.meta.url), "../../..")

/** Examples are other people's projects. */
const isElsewhere = (name: string): boolean =>
  name.startsWith(".") || /^(node_modules|test|examples|artifacts|dist.*)$/.test(name)

/** Generated files and tests are nobody's layer. */
export const files = readdirSync(root, { withFileTypes: true })
  .filter((entry) => !isElsewhere(entry.name))
  .flatMap((entry) =>
    entry.isDirectory()
      ? readdirSync(join(root, entry.name), { recursive: true, encoding: "utf8" }).map((path) =>
          posix.join(entry.name, path.replaceAll("\\", "/")),
        )
      : [entry.name],
  )
  .filter((path) => /\.(ts|mjs)$/.test(path))
  .sort()

/** What stands in test/, support and all; fixtures are other projects. */
export const testFiles = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
  .map((path) => posix.join("test", path.replaceAll("\\", "/")))
  .filter((path) => /\.(ts|mjs)$/.test(path) && !path.startsWith("test/fixtures/"))
  .sort()

/** Programs of their own, that no run ever loads: a layer's rules are not theirs. */
export const isScript = (path: string): boolean =>
  path === "experiments/sample/make.ts" || /^ml\/kernels\/(build|compile|generate)\.ts$/.test(path)

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`\\])\/\/.*$/gm, "$1")

export const textOf = (path: string): string => readFileSync(join(root, path), "utf8")

/** Path → text without comments. */
export const code = new Map(files.map((path) => [path, withoutComments(textOf(path))]))

/** The lines of code of some files where a pattern stands. */
export const linesWith = (pattern: RegExp, isGuarded: (path: string) => boolean): ReadonlyArray<string> =>
  files.filter(isGuarded).flatMap((path) =>
    code
      .get(path)!
      .split("\n")
      .filter((line) => pattern.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  )

/** What "refold" and its entries are to our own modules: `paths` in tsconfig.json. */
export const entries = new Map(
  Object.entries<ReadonlyArray<string>>(
    JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")).compilerOptions.paths,
  ).map(([name, [path]]) => [name, posix.normalize(path!)]),
)

const imported = new Map(
  [...code].map(([path, text]) => [
    path,
    [...text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]*|refold(?:\/\w+)?)"/g)]
      .map(([, target]) => entries.get(target!) ?? posix.join(posix.dirname(path), target!))
      .filter((target) => /\.(ts|mjs)$/.test(target)),
  ]),
)

/** The files of ours that a file imports. */
export const imports = (path: string): ReadonlyArray<string> => imported.get(path) ?? []
