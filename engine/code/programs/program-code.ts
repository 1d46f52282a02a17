// What a program is made of beside its params and inputs: its sources as they were when they were hashed, what is installed, its
// executable and its version. Knows nothing of params, inputs or stores.
import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, isAbsolute, join, posix, resolve } from "node:path"
import { canonical, type Json } from "../../content/canonical.ts"
import { type Digest, digestOf } from "../../content/digest.ts"
import { pauser, taken } from "../../content/steps.ts"
import type { AnyCommand } from "../../declare/programs/command.ts"
import { type Executable, Executables } from "./executables.ts"
import { type Found, foundInstalled } from "./installed.ts"
import { EnvironmentMissing } from "./missing.ts"
import { copySource, type ProgramSource, sourcesOf } from "./sources.ts"
import { homesIn, surroundingsOf } from "./surroundings.ts"

/** An executable with what is in the key of it, and what it is started in. */
export interface Startable {
  /** Absolute; of a source, its name. */
  readonly path: string
  /** All but the folders of the attempt. */
  readonly environment: Readonly<Record<string, string>>
  readonly identity: Json
  /** What is installed: in the key in the place of a bundle's packages. */
  readonly packages: Found["packages"]
  /** What is in the key of executables: the files, links followed. */
  readonly executables: ReadonlyArray<string>
  /** Folders of what is installed, in which it may read what it likes. */
  readonly installed: ReadonlyArray<string>
}

export interface ProgramCode {
  readonly sources: ReadonlyArray<ProgramSource>
  /** @param name as in the program's arguments. @throws EnvironmentMissing */
  readonly startable: (name: string, threads: number) => Startable
}

/** The code of a program, as that of a stage. */
export interface CodeOfProgram {
  readonly digest: Digest
  /** None: there is no bundle. */
  readonly path: ""
  /** None: what is installed is asked for with the executable. */
  readonly packages: Readonly<Record<string, never>>
  readonly sources: Readonly<Record<string, Digest>>
  readonly isStateful: false
  readonly program: ProgramCode
}

/** Seconds that a version may take to be printed, and what is taken of it. */
const versionWithin = 60
const versionAtMost = 4096

/** What is at hand, or why it is not. */
type AtHand =
  | { readonly found: Found; readonly version: string | null }
  | { readonly missing: EnvironmentMissing }

/**
 * @param name of the stage. @param folder of the module that declares it, from the root, with forward slashes
 * @throws BundleError for a source that cannot be read
 */
export async function programCode(
  root: string,
  name: string,
  folder: string,
  command: AnyCommand,
): Promise<CodeOfProgram> {
  const pause = pauser(() => performance.now() / 1000)
  const sources = await taken(sourcesOf(root, folder, command.sources ?? [], name), pause)
  const executables = (folders: ReadonlyArray<string>) => new Executables(root, folders)
  const atHand = await surroundings(root, command, sources)
  const found = "found" in atHand ? atHand.found : undefined
  const looking = executables(found?.folders ?? [])
  return {
    digest: digestOf(canonical(sources.map(({ name, digest }) => [name, digest]))),
    path: "",
    packages: {},
    sources: Object.fromEntries(sources.map(({ name, digest }) => [posix.join(folder, name), digest])),
    isStateful: false,
    program: {
      sources,
      startable: (name, threads) => {
        if ("missing" in atHand) throw atHand.missing
        return startable(name, threads, { command, sources, looking, ...atHand })
      },
    },
  }
}

/** What a version is asked in, and what is installed. */
async function surroundings(
  root: string,
  command: AnyCommand,
  sources: ReadonlyArray<ProgramSource>,
): Promise<AtHand> {
  try {
    const found = foundInstalled(root, command.installed)
    const { version: asked } = command
    if (asked === undefined) return { found, version: null }
    const looking = new Executables(root, found.folders)
    const threads = typeof command.threads === "number" ? command.threads : 1
    const { path, environment } = startable(asked[0]!, threads, {
      command,
      sources,
      looking,
      found,
      version: null,
    })
    return { found, version: await versionOf(asked, path, environment, sources) }
  } catch (failure) {
    if (failure instanceof EnvironmentMissing) return { missing: failure }
    throw failure
  }
}

interface Around {
  readonly command: AnyCommand
  readonly sources: ReadonlyArray<ProgramSource>
  readonly looking: Executables
  readonly found: Found
  readonly version: string | null
}

function startable(name: string, threads: number, around: Around): Startable {
  const { command, found, looking, version } = around
  const own = executableOf(name, around)
  const others = (command.starts ?? []).map((other) => looking.find(other))
  const declared = Object.fromEntries(
    (command.environment ?? []).map((name) => [name, process.env[name] ?? null]),
  )
  const folders = [...new Set([own, ...others].flatMap(({ folders }) => folders))]
  return {
    path: own.path,
    environment: surroundingsOf({ folders, threads, declared, installed: found.variables }),
    identity: {
      executables: Object.fromEntries([...others, own].flatMap(({ digests }) => Object.entries(digests))),
      version,
      platform: `${process.platform}-${process.arch}`,
      variables: declared,
      environment: command.installed?.sort ?? "unknown",
    },
    packages: found.packages,
    executables: [own, ...others].flatMap(({ files }) => files),
    installed: [
      ...found.places,
      ...[own, ...others].flatMap(({ path }) => (isAbsolute(path) ? [prefixOf(realpathSync(path))] : [])),
    ],
  }
}

/** Where what comes with an executable lies: of `/opt/python/bin/python3`, `/opt/python`; of one that lies alone, it alone. */
function prefixOf(path: string): string {
  const folder = dirname(path)
  return basename(folder) === "bin" && dirname(folder) !== dirname(dirname(folder)) ? dirname(folder) : path
}

/** One of the sources, or one that is looked for. */
function executableOf(name: string, { sources, looking }: Around): Executable {
  const plain = name.replace(/^\.\//, "")
  const source = sources.find((each) => each.name === plain)
  if (source !== undefined) return { path: plain, ...looking.interpreters(source.shebang, plain) } // its content is in the key already
  if (/[/\\]/.test(name))
    throw new EnvironmentMissing(
      `the program ${JSON.stringify(name)} is none of its sources: declare it there, sources: [${JSON.stringify(plain)}], or name an executable without its folder`,
    )
  return looking.find(name)
}

/** @throws EnvironmentMissing where it cannot be asked */
async function versionOf(
  [program, ...args]: ReadonlyArray<string>,
  path: string,
  environment: Readonly<Record<string, string>>,
  sources: ReadonlyArray<ProgramSource>,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "refold-"))
  try {
    const [at, home, temporary] = ["task", "home", "tmp"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ]
    for (const each of [at, home, temporary]) mkdirSync(each)
    for (const source of sources) copySource(source, join(at, source.name))
    const env = { ...environment, ...homesIn(home, temporary) }
    const options = { cwd: at, env, timeout: versionWithin * 1000, windowsHide: true, maxBuffer: 1024 * 1024 }
    const printed = await new Promise<string>((done, fail) =>
      execFile(resolve(at, path), args, options, (failure, out, err) =>
        failure === null
          ? done(`${out}\n${err}`)
          : fail(
              new Error(`${failure.message.trim()}${err.trim() === "" ? "" : `: ${err.trim().slice(-400)}`}`),
            ),
      ),
    )
    return printed.replace(/\s+/g, " ").trim().slice(0, versionAtMost)
  } catch (failure) {
    throw new EnvironmentMissing(
      `the version of the program cannot be told by \`${[program, ...args].join(" ")}\` (${(failure as Error).message}): it is asked where the program would run, in an environment that starts empty`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
