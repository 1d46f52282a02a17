// A project's modules as they were when first read, and what bundling makes of each: read and rewritten once, however many bundles
// take them. Knows files and the bundler; nothing of stages.
import { readFileSync, realpathSync, statSync } from "node:fs"
import { relative, resolve, sep } from "node:path"
import { type Digest, digestOf } from "../content/digest.ts"
import { bundler, type Purpose } from "./bundler.ts"
import { PackageFolders } from "./packages/package-folders.ts"
import { packageOf } from "./places.ts"
import type { WantedForm } from "./shaking/definitions.ts"
import { type HandedOn, handedOn } from "./shaking/handed-on.ts"
import { otherExport } from "./shaking/other-export.ts"
import { type Plain, type Shaken, shake } from "./shaking/shake.ts"
import { parseModule } from "./shaking/syntax.ts"

export interface ModuleFile {
  readonly text: string
  readonly digest: Digest
}

export class Modules {
  readonly root: string
  readonly folders: PackageFolders
  readonly #files = new Map<string, ModuleFile | undefined>()
  readonly #states = new Map<string, string>()
  readonly #plain = new Map<string, Promise<Plain>>()
  readonly #handedOn = new Map<string, Promise<ReadonlyMap<string, HandedOn> | undefined>>()
  readonly #shaken = new Map<string, Promise<Shaken>>()

  /** @param root with its links followed */
  constructor(root: string, folders = new PackageFolders(root)) {
    this.root = root
    this.folders = folders
  }

  /** @param path relative to the root, with forward slashes @returns undefined for what is no file that can be read */
  read(path: string): ModuleFile | undefined {
    if (!this.#files.has(path)) this.#files.set(path, fileAt(resolve(this.root, path)))
    return this.#files.get(path)
  }

  /** What lies at a path: nothing, a file or a folder, and through links where. */
  stateOf(path: string): string {
    const known = this.#states.get(path)
    if (known !== undefined) return known
    const state = stateAt(this.root, path)
    this.#states.set(path, state)
    return state
  }

  /** A module with policy, other forms and whatever its bundle does not reach ready to go. */
  shaken(path: string, purpose: Purpose, wanted: WantedForm | undefined): Promise<Shaken> {
    return once(this.#shaken, `${path} ${purpose} ${wanted?.stage} ${wanted?.form}`, async () =>
      shake(await this.#plainOf(path), path, purpose, wanted),
    )
  }

  /** The digest of a module with comments and types stripped: moves only when code does. */
  async code(path: string): Promise<Digest> {
    return digestOf((await this.#plainOf(path)).code)
  }

  /** What a module exports in place of a stage, as far as its text tells: `otherExport`. */
  async otherExport(path: string, name: string, stage: string): Promise<string | undefined> {
    const program = await parseModule((await this.#plainOf(path)).code)
    return program === undefined ? undefined : otherExport(program, name, stage)
  }

  /** Of a table of contents, which holds nothing but `export { … } from …`: where each name of it is from; undefined of other modules. */
  handedOn(path: string): Promise<ReadonlyMap<string, HandedOn> | undefined> {
    return once(this.#handedOn, path, async () => handedOn((await this.#plainOf(path)).code))
  }

  #plainOf(path: string): Promise<Plain> {
    return once(this.#plain, path, async () => {
      const { transform } = bundler()
      return transform(this.read(path)?.text ?? "", {
        loader: loaderOf(path),
        target: "es2022",
        minifyWhitespace: true,
        sourcemap: "external",
        sourcefile: path.slice(path.lastIndexOf("/") + 1),
        charset: "utf8",
        legalComments: "none",
        tsconfigRaw: {},
        logLevel: "silent",
      })
    })
  }

  /** The file that the bundler's name of a module means, which may have a query behind it. */
  fileOf(named: string): string {
    return this.read(named) === undefined ? named.replace(/[?#].*$/, "") : named
  }

  /** Relative to the root, with forward slashes. */
  pathOf(full: string): string {
    return relative(this.root, full).split(sep).join("/")
  }
}

function once<T>(known: Map<string, Promise<T>>, name: string, make: () => Promise<T>): Promise<T> {
  const made = known.get(name) ?? make()
  known.set(name, made)
  return made
}

/** Whether a file is TypeScript or JavaScript, by its name. */
export const isModuleName = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path)

/** Whether a file is one of the author's own scripts, linked packages' too, or comes with the engine. @param path relative to the root */
export const isAuthors = (path: string): boolean =>
  isModuleName(path) && /^(refold)?$/.test(packageOf(path)?.name ?? "")

export type Loader = "ts" | "tsx" | "jsx" | "js" | "json"

export function loaderOf(path: string): Loader {
  if (path.endsWith(".json")) return "json"
  if (path.endsWith(".tsx")) return "tsx"
  if (path.endsWith(".jsx")) return "jsx"
  return /\.[cm]?ts$/.test(path) ? "ts" : "js"
}

function fileAt(full: string): ModuleFile | undefined {
  try {
    const bytes = readFileSync(full)
    return { text: bytes.toString("utf8"), digest: digestOf(bytes) }
  } catch {
    return undefined
  }
}

function stateAt(root: string, path: string): string {
  const full = resolve(root, path)
  try {
    const kind = statSync(full).isDirectory() ? "folder" : "file"
    const real = realpathSync.native(full)
    return real === full ? kind : `${kind} ${relative(root, real).split(sep).join("/")}`
  } catch {
    return "" // nothing there, or below a file, or not to be seen
  }
}
