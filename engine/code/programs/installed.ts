// What is installed for a program, as it lies there now: distributions of Python by their records, packages of conda and of R by what
// they say of themselves. What the disk says is unchanged is not read again. It asks no package manager.
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import { type Digest, digestOf } from "../../content/digest.ts"
import type { Installed } from "../../declare/programs/installed.ts"
import { EnvironmentMissing } from "./missing.ts"
import { inSitePackages } from "./python-packages.ts"
import { type Read, Records } from "./records.ts"

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
  if (/^\s*include-system-site-packages\s*=\s*true/im.test(readFileSync(settings, "utf8")))
    throw new EnvironmentMissing(
      `the virtual environment ${shown} sees what the system has installed too, of which it keeps no records: make it without --system-site-packages`,
    )
  const programs = join(folder, isWindows ? "Scripts" : "bin")
  const libraries = librariesOfPython(folder)
  if (libraries.length === 0 || !existsSync(join(programs, isWindows ? "python.exe" : "python")))
    throw new EnvironmentMissing(
      `the virtual environment ${shown} is broken: ${libraries.length === 0 ? "it has no site-packages" : `there is no interpreter behind ${join(shown, isWindows ? "Scripts" : "bin", "python")}, as after an update of Python`}. Remove it, make it again, python3 -m venv ${shown}, and install into it what the program needs`,
    )
  const read = libraries.flatMap((library) => inSitePackages(library, realpathSync(folder), records))
  return { packages: packagesOf(read), folders: [programs], variables: {}, places: [realpathSync(folder)] }
}

/** Where packages of Python lie in an environment. */
const librariesOfPython = (folder: string): ReadonlyArray<string> =>
  (isWindows
    ? [join(folder, "Lib", "site-packages")]
    : namesIn(join(folder, "lib"))
        .filter((name) => /^(python|pypy)/.test(name))
        .map((name) => join(folder, "lib", name, "site-packages"))
  ).filter((library) => existsSync(library))

const namesIn = (folder: string): ReadonlyArray<string> => (existsSync(folder) ? readdirSync(folder) : [])

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
        const {
          name,
          version,
          build,
          channel,
          md5,
          sha256,
          files = [],
        } = metaOf(path, join(shown, "conda-meta", file))
        return {
          name: `${name}@${version}`,
          digest: digestOf(JSON.stringify([name, version, build, channel, md5, sha256])),
          tops: topsAmong(files),
        }
      })
    })
  // What pip has put beside them, no record of conda's tells of.
  const recorded = new Set(read.flatMap(({ tops = [] }) => tops))
  const others = librariesOfPython(folder).flatMap((library) =>
    inSitePackages(library, realpathSync(folder), records, recorded),
  )
  const folders = isWindows
    ? [folder, join(folder, "Library", "bin"), join(folder, "Scripts")]
    : [join(folder, "bin")]
  return {
    packages: packagesOf([...read, ...others]),
    folders,
    variables: {},
    places: [realpathSync(folder)],
  }
}

/** What conda says of a package. */
interface Meta
  extends Readonly<Record<"name" | "version" | "build" | "channel" | "md5" | "sha256", unknown>> {
  readonly files?: ReadonlyArray<string>
}

/** @throws EnvironmentMissing for what is none */
function metaOf(path: string, shown: string): Meta {
  try {
    return JSON.parse(readFileSync(path, "utf8"))
  } catch (failure) {
    throw new EnvironmentMissing(
      `${shown} is damaged (${(failure as Error).message}): install that package of conda again`,
    )
  }
}

/** The first parts of paths in `site-packages`. */
const topsAmong = (files: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(files.flatMap((file) => /\/site-packages\/([^/]+)/.exec(`/${file}`)?.[1] ?? [])),
]

/** Fields that say from which mirror, when and on what something was installed. */
const ofInstalling = [
  ...["Built", "Packaged", "Date/Publication", "Repository", "RemoteRepos", "RemoteReposName"],
  ...["RemotePkgRef", "RemotePkgPlatform"],
]

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
      const kept = [...fields].filter(([field]) => !ofInstalling.includes(field))
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
