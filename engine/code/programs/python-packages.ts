// What is installed in a folder of packages of Python, by the records that installers leave there (PEP 376 and 627), and what no record
// tells of. Knows no environment and no key.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { isAbsolute, join, relative, resolve, sep } from "node:path"
import { canonical } from "../../content/canonical.ts"
import { type Digest, digestOf } from "../../content/digest.ts"
import { EnvironmentMissing } from "./missing.ts"
import type { Read, Records } from "./records.ts"

/**
 * @param library `site-packages`. @param environment the folder that it belongs to. @param others what else is recorded, by its name there
 * @throws EnvironmentMissing for what leads elsewhere
 */
export function inSitePackages(
  library: string,
  environment: string,
  records: Records,
  others: ReadonlySet<string> = new Set(),
): ReadonlyArray<Pick<Read, "name" | "digest">> {
  const entries = readdirSync(library).filter((name) => !others.has(name))
  const folders = entries.filter((name) => name.endsWith(".dist-info") && !name.startsWith("~")) // pip leaves those when it fails
  const distributions = folders.map((name) => {
    const own = join(library, name)
    const record = [join(own, "RECORD"), join(own, "METADATA")].find((path) => existsSync(path))
    if (record === undefined) return { stamp: "", name, digest: digestOf(name), tops: [] }
    return records.of(record, () => distribution(own, name, record))
  })
  const recorded = new Set([...folders, ...distributions.flatMap(({ tops = [] }) => tops)])
  for (const name of entries) refuseElsewhere(join(library, name), name, environment)
  const unrecorded = entries.filter((name) => !recorded.has(name) && isContent(name, entries))
  return [
    ...distributions,
    ...unrecorded.map((name) => ({ name: `${name}@unrecorded`, digest: contentOf(join(library, name)) })),
  ]
}

/** @throws EnvironmentMissing for one whose files lie elsewhere */
function distribution(folder: string, shown: string, record: string): Omit<Read, "stamp"> {
  const text = (file: string): string => {
    const path = join(folder, file)
    return existsSync(path) ? readFileSync(path, "utf8") : ""
  }
  const metadata = text("METADATA")
  const field = (name: string): string => new RegExp(`^${name}: *(.*?)\\s*$`, "m").exec(metadata)?.[1] ?? ""
  const name = metadata === "" ? shown : `${field("Name")}@${field("Version")}`
  if (/"editable": *true/.test(text("direct_url.json"))) throw editable(name)
  if (!record.endsWith("RECORD")) return { name, digest: digestOf(metadata.replaceAll("\r", "")), tops: [] }
  const files = recordedFiles(readFileSync(record, "utf8"))
  const contents = files.flatMap(({ path, hash, size }) =>
    hash === "" || isOfMachine(path) ? [] : [`${path},${hash},${size}`],
  )
  return {
    name,
    digest: digestOf(contents.sort().join("\n")),
    tops: [...new Set(files.map(({ path }) => path.split("/", 1)[0]!))],
  }
}

const editable = (name: string): EnvironmentMissing =>
  new EnvironmentMissing(
    `${name} is installed as editable: its files lie elsewhere, and no record says what is in them. Install it as it is (pip install FOLDER), or give its folder as sources of the program`,
  )

/** What a RECORD lists: lines of CSV with a path, a hash and a size, with slashes whatever the system. */
function recordedFiles(
  text: string,
): ReadonlyArray<{ readonly path: string; readonly hash: string; readonly size: string }> {
  return text.split(/\r?\n|\r/).flatMap((line) => {
    const [, quoted, plain, hash = "", size = ""] =
      /^(?:"((?:[^"]|"")*)"|([^,]*))(?:,([^,]*))?(?:,([^,]*))?/.exec(line) ?? []
    const path = (quoted?.replaceAll('""', '"') ?? plain ?? "").replaceAll("\\", "/")
    return path === "" ? [] : [{ path, hash, size }]
  })
}

/** What an installer writes about itself, when, how and from where it installed; see also `uv`'s own. */
const aboutInstalling =
  /\.dist-info\/(INSTALLER|REQUESTED|RECORD|direct_url\.json|provenance_url\.json|uv_cache\.json|uv_build\.json)$/

/** Scripts name the interpreter's folder; what Python compiles has times; and of a path from the root another machine knows nothing. */
const isOfMachine = (path: string): boolean =>
  /^(\.\.\/)+(bin|Scripts)\//.test(path) ||
  aboutInstalling.test(path) ||
  /(^|\/)__pycache__\//.test(path) ||
  /^(\/|[A-Za-z]:)/.test(path)

/** Not what Python compiles: of a module without its source that is all there is. */
const isContent = (name: string, beside: ReadonlyArray<string>): boolean =>
  name !== "__pycache__" && !(name.endsWith(".pyc") && beside.includes(name.slice(0, -1)))

/** Of what no record tells: all of it. */
function contentOf(path: string): Digest {
  if (!statSync(path).isDirectory()) return digestOf(readFileSync(path))
  const all = readdirSync(path)
  const names = all.filter((name) => isContent(name, all)).sort()
  return digestOf(canonical(names.map((name) => [name, contentOf(join(path, name))])))
}

/**
 * A file by which Python finds modules in other folders too.
 *
 * @throws EnvironmentMissing where one of them lies outside the environment
 */
function refuseElsewhere(path: string, name: string, environment: string): void {
  if (name.endsWith(".egg-link")) throw editable(name.slice(0, -".egg-link".length))
  if (!name.endsWith(".pth")) return
  for (const line of readFileSync(path, "utf8").split(/\r?\n/)) {
    if (line.trim() === "" || /^(#|import[ \t])/.test(line)) continue
    const leads = resolve(path, "..", line.trim())
    const inside = relative(environment, leads).split(sep).join("/")
    if (existsSync(leads) && (inside === ".." || inside.startsWith("../") || isAbsolute(inside)))
      throw new EnvironmentMissing(
        `${name} in site-packages leads to ${leads}, and no record says what is in there: install what it holds (pip install FOLDER), or give it as sources of the program`,
      )
  }
}
