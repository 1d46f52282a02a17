// What is installed for a program, as it lies there now: distributions of Python by their records, packages of conda and of R by what
// they say of themselves. What the disk says is unchanged is not read again. It asks no package manager.
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import { canonical } from "../../content/canonical.ts"
import { type Digest, digestOf } from "../../content/digest.ts"
import { stampOf } from "../../content/stamp.ts"
import type { Installed } from "../../declare/programs/installed.ts"
import { keepJson, keptJson } from "../kept-text.ts"
import { isSettled } from "../remembered-digests.ts"
import { EnvironmentMissing } from "./missing.ts"

/** What is there. */
export interface Found {
  /** `name@version` → a digest of what its record says; the same on every machine where the same was installed. */
  readonly packages: Readonly<Record<string, Digest>>
  /** Where its programs are looked for first. */
  readonly folders: ReadonlyArray<string>
  readonly variables: Readonly<Record<string, string>>
  /** Folders, links followed, that hold all of it. */
  readonly places: ReadonlyArray<string>
}

/** What a record says, and what the disk said of its file. */
interface Read {
  readonly stamp: string
  readonly name: string
  readonly digest: Digest
  /** Of a distribution of Python: what it put beside the others. */
  readonly tops?: ReadonlyArray<string>
}

/** In the project's cache. */
const memo = join("programs", "installed-1.json")

/** @throws EnvironmentMissing, with the remedy */
export function foundInstalled(root: string, installed: Installed | undefined): Found {
  if (installed === undefined) return { packages: {}, folders: [], variables: {}, places: [] }
  if (installed.sort === "image") {
    const [name, digest] = installed.reference.split("@sha256:")
    return { packages: { [`${name}@sha256`]: digest as Digest }, folders: [], variables: {}, places: [] }
  }
  const { sort } = installed
  const folder = resolve(root, installed.folder)
  const readers = { venv: inVenv, conda: inConda, renv: inRenv }
  const records = new Records(root)
  const found = readers[sort](folder, installed.folder, records)
  records.keep()
  return found
}

/** Records that are remembered. */
class Records {
  readonly #root: string
  readonly #known: Readonly<Record<string, Read>>
  readonly #now = new Map<string, Read>()
  #isChanged = false

  constructor(root: string) {
    this.#root = root
    this.#known = (keptJson(root, memo) ?? {}) as Readonly<Record<string, Read>>
  }

  /** @param read what the record says */
  of(path: string, read: () => Omit<Read, "stamp">): Read {
    const stats = statSync(path, { bigint: true })
    const stamp = stampOf(stats)
    const known = this.#known[path]
    if (known?.stamp === stamp) {
      this.#now.set(path, known)
      return known
    }
    const moment = Date.now()
    const fresh = { stamp, ...read() }
    if (isSettled(stats, moment)) {
      this.#now.set(path, fresh)
      this.#isChanged = true
    }
    return fresh
  }

  keep(): void {
    if (this.#isChanged) keepJson(this.#root, memo, { ...this.#known, ...Object.fromEntries(this.#now) })
  }
}

const packagesOf = (read: ReadonlyArray<Pick<Read, "name" | "digest">>): Found["packages"] =>
  Object.fromEntries(
    read.map(({ name, digest }) => [name, digest] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  )

const isWindows = process.platform === "win32"

function inVenv(folder: string, shown: string, records: Records): Found {
  const settings = join(folder, "pyvenv.cfg")
  if (!existsSync(settings))
    throw new EnvironmentMissing(
      `there is no virtual environment in ${shown}: make it, python3 -m venv ${shown}, and install into it what the program needs`,
    )
  if (/^include-system-site-packages\s*=\s*true/m.test(readFileSync(settings, "utf8")))
    throw new EnvironmentMissing(
      `the virtual environment ${shown} sees what the system has installed too, of which it keeps no records: make it without --system-site-packages`,
    )
  const libraries = isWindows
    ? [join(folder, "Lib", "site-packages")]
    : readdirSync(join(folder, "lib"))
        .filter((name) => /^(python|pypy)/.test(name))
        .map((name) => join(folder, "lib", name, "site-packages"))
  const read = libraries
    .filter((library) => existsSync(library))
    .flatMap((library) => inSitePackages(library, records))
  const folders = [join(folder, isWindows ? "Scripts" : "bin")]
  return { packages: packagesOf(read), folders, variables: {}, places: [realpathSync(folder)] }
}

function inSitePackages(library: string, records: Records): ReadonlyArray<Pick<Read, "name" | "digest">> {
  const entries = readdirSync(library)
  const distributions = entries
    .filter((name) => name.endsWith(".dist-info"))
    .map((name) => {
      const own = join(library, name)
      const record = [join(own, "RECORD"), join(own, "METADATA")].find((path) => existsSync(path))
      if (record === undefined) return { stamp: "", name, digest: digestOf(name), tops: [] }
      return records.of(record, () => distribution(own, record))
    })
  const recorded = new Set(distributions.flatMap(({ tops = [] }) => tops))
  const others = entries.filter((name) => !/\.dist-info$|^__pycache__$/.test(name) && !recorded.has(name))
  return [
    ...distributions,
    ...others.map((name) => ({ name: `${name}@unrecorded`, digest: contentOf(join(library, name)) })),
  ]
}

/** @throws EnvironmentMissing for one whose files lie elsewhere */
function distribution(folder: string, record: string): Omit<Read, "stamp"> {
  const metadata = readFileSync(join(folder, "METADATA"), "utf8")
  const field = (name: string): string => new RegExp(`^${name}: *(.*?)\\s*$`, "m").exec(metadata)?.[1] ?? ""
  const name = `${field("Name")}@${field("Version")}`
  const direct = join(folder, "direct_url.json")
  if (existsSync(direct) && /"editable": *true/.test(readFileSync(direct, "utf8")))
    throw new EnvironmentMissing(
      `${name} is installed as editable: its files lie elsewhere, and no record says what is in them. Install it as it is (pip install FOLDER), or give its folder as sources of the program`,
    )
  const lines = readFileSync(record, "utf8").split(/\r?\n/)
  if (!record.endsWith("RECORD")) return { name, digest: digestOf(lines.join("\n")), tops: [] }
  const files = lines.filter((line) => /,sha256=/.test(line) && !isOfMachine(line)).sort()
  const tops = new Set(lines.map((line) => line.replace(/^"/, "").split(/[/,]/, 1)[0]!))
  return { name, digest: digestOf(files.join("\n")), tops: [...tops] }
}

/** Scripts name the interpreter's folder, and some files how and from where something was installed. */
const isOfMachine = (line: string): boolean =>
  /^"?\.\.\//.test(line) || /\.dist-info\/(INSTALLER|REQUESTED|RECORD|direct_url\.json)"?,/.test(line)

/** Of what no record tells: all of it, but for what Python compiles. */
function contentOf(path: string): Digest {
  if (!statSync(path).isDirectory()) return digestOf(readFileSync(path))
  const names = readdirSync(path)
    .filter((name) => name !== "__pycache__")
    .sort()
  return digestOf(canonical(names.map((name) => [name, contentOf(join(path, name))])))
}

function inConda(folder: string, shown: string, records: Records): Found {
  const metas = join(folder, "conda-meta")
  if (!existsSync(metas))
    throw new EnvironmentMissing(
      `there is no environment of conda in ${shown}: make it, conda create --prefix ${shown} …`,
    )
  const read = readdirSync(metas)
    .filter((name) => name.endsWith(".json"))
    .map((file) => {
      const path = join(metas, file)
      return records.of(path, () => {
        const { name, version, build, channel, md5, sha256 } = JSON.parse(readFileSync(path, "utf8"))
        return {
          name: `${name}@${version}`,
          digest: digestOf(JSON.stringify([name, version, build, channel, md5, sha256])),
        }
      })
    })
  const folders = isWindows
    ? [folder, join(folder, "Library", "bin"), join(folder, "Scripts")]
    : [join(folder, "bin")]
  return { packages: packagesOf(read), folders, variables: {}, places: [realpathSync(folder)] }
}

function inRenv(folder: string, shown: string, records: Records): Found {
  const libraries = librariesBelow(join(folder, "renv", "library"), 4)
  if (libraries.length !== 1)
    throw new EnvironmentMissing(
      libraries.length === 0
        ? `renv has installed no package in ${shown}: run renv::restore() there`
        : `renv has libraries for several versions of R in ${shown} (${libraries.join(", ")}): remove those that are not used`,
    )
  const [library] = libraries
  const read = packagesIn(library!).map((name) => {
    const path = join(library!, name, "DESCRIPTION")
    return records.of(path, () => {
      const fields = descriptionOf(readFileSync(path, "utf8"))
      const kept = [...fields].filter(([field]) => !["Built", "Packaged", "Date/Publication"].includes(field))
      const sums = join(library!, name, "MD5")
      const files = existsSync(sums) ? readFileSync(sums, "utf8") : ""
      return {
        name: `${name}@${fields.get("Version") ?? ""}`,
        digest: digestOf(JSON.stringify([kept, files])),
      }
    })
  })
  const links = packagesIn(library!).map((name) => realpathSync(join(library!, name)))
  return {
    packages: packagesOf(read),
    folders: [],
    variables: { R_LIBS: library! },
    places: [realpathSync(library!), ...links],
  }
}

/** Fields by name; further lines of one are indented. */
const descriptionOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .replace(/\r?\n[ \t]+/g, " ")
      .split(/\r?\n/)
      .flatMap((line) => {
        const at = line.indexOf(":")
        return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1).trim()] as const]
      }),
  )

const packagesIn = (library: string): ReadonlyArray<string> =>
  readdirSync(library)
    .filter((name) => existsSync(join(library, name, "DESCRIPTION")))
    .sort()

/** Folders that hold packages: behind the system, the version of R and the processor. */
function librariesBelow(folder: string, levels: number): ReadonlyArray<string> {
  if (levels === 0 || !existsSync(folder) || !statSync(folder).isDirectory()) return []
  if (packagesIn(folder).length > 0) return [folder]
  return readdirSync(folder).flatMap((name) => librariesBelow(join(folder, name), levels - 1))
}
