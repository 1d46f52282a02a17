// Bundling with esbuild under fixed options: the options are part of the key format, since the bytes are hashed.
// Knows modules and packages; nothing of stages, keys or stores.
import { createRequire, isBuiltin } from "node:module"
import { resolve } from "node:path"
import type { BuildOptions, Message, Metafile, Plugin } from "esbuild"
import type { Digest } from "../content/digest.ts"
import {
  type BrowserScript,
  browserScripts,
  type Found,
  scriptInput,
  scriptOptions,
} from "./browser-script.ts"
import { bundler, type Purpose } from "./bundler.ts"
import { entryParts } from "./entry-parts.ts"
import { type LookedFor, lookedFor } from "./looked-for.ts"
import type { Modules } from "./modules.ts"
import { messageText, ownModules, type Wanted } from "./own-modules.ts"
import { isEngine, packageName, resolution, sourceCondition } from "./resolution.ts"
import { settled } from "./shaking/settle.ts"
import { shakingVersion } from "./shaking/shake.ts"
import { codeRuntime, shims } from "./shims.ts"
import { steeringOf } from "./steering.ts"

/** What a module of a project may not do, or why it cannot be bundled: file and line. */
export class BundleError extends Error {
  readonly _tag = "BundleError"
}

/** What is bundled. */
export interface Entry {
  /** Module text whose imports resolve from the root. */
  readonly text: string
  /** The module that declares the stage, relative to the root, and the form that is wanted of it. */
  readonly wanted?: Wanted
}

export interface Bundle {
  readonly text: string
  /** Its source map, with the sources' texts: beside the bundle, which says nothing of it. */
  readonly map: string
  /** Every file that was read, also those that gave no code (they may pass on what others export), and its digest. */
  readonly read: Readonly<Record<string, Digest>>
  /** What decides, beside what was read, where imports lead. */
  readonly lookedFor: LookedFor
  /** Files whose code is in it, and what steers the bundling of each, by digests that move only when code does. */
  readonly sources: Readonly<Record<string, Digest>>
  /** Names of the packages that the bundle imports at run time, `effect` and the engine aside. */
  readonly packages: ReadonlyArray<string>
  /** Whether running its code may leave something behind in its own modules that the next run would find; not asked of declarations. */
  readonly isStateful: boolean
}

const fixed = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "es2022",
  conditions: ["module", sourceCondition],
  minifyWhitespace: true,
  legalComments: "none",
  charset: "utf8",
  write: false,
  metafile: true,
  logLevel: "silent",
  tsconfigRaw: {},
  logOverride: {
    "unsupported-dynamic-import": "error",
    "unsupported-require-call": "error",
    "indirect-require": "error",
  },
} as const satisfies BuildOptions

/** A map moves no byte of the bundle, so this is no part of the key format. */
const mapped = { sourcemap: "external", sourcesContent: true } as const satisfies BuildOptions
const outName = "bundle.mjs"

/** The bundler's version and options: in the digest of whatever is remembered about a bundle. Does not start esbuild. */
export const bundlerIdentity = (): string => {
  const { version } = createRequire(import.meta.url)("esbuild/package.json") as { version: string }
  return JSON.stringify([version, fixed, codeRuntime, shakingVersion, scriptOptions])
}

/** @throws BundleError for what does not parse or resolve, for a computed `import()` or `require()`, and for computed policy */
export async function bundle(modules: Modules, entry: Entry, purpose: Purpose): Promise<Bundle> {
  const { root } = modules
  const esbuild = bundler()
  const scripts: Array<BrowserScript> = []
  const tables = new Set<string>()
  const result = await esbuild
    .build({
      ...fixed,
      ...mapped,
      outfile: resolve(root, outName), // sources are named relative to it; nothing is written
      stdin: { contents: entry.text, resolveDir: root, sourcefile: "<entry>" },
      absWorkingDir: root,
      plugins: [plugin(modules, purpose, entry.wanted, { scripts, tables })],
    })
    .catch(async (failure: { errors?: ReadonlyArray<Message>; message: string }) => {
      const texts = failure.errors?.map((error) => messageText(error, modules, purpose, entry.wanted))
      throw new BundleError(texts === undefined ? failure.message : (await Promise.all(texts)).join("\n"))
    })
  const { metafile, outputFiles } = result
  const inputs = [metafile.inputs, ...scripts.map(({ inputs }) => inputs)]
  const files = [...new Set([...tables, ...inputs.flatMap((each) => readFiles(modules, each))])].sort()
  const output = metafile.outputs[outName]!
  const textOf = (name: string): string => outputFiles.find(({ path }) => path.endsWith(name))!.text
  const packages = output.imports
    .filter(({ external, path }) => external && !isBuiltin(path))
    .map(({ path }) => packageName(path))
  const isInCode = (name: string): boolean => (output.inputs[name]?.bytesInOutput ?? 0) > 0
  const names = [
    ...Object.keys(output.inputs).filter(isInCode),
    ...scripts.filter(({ path }) => isInCode(scriptInput(path))).flatMap(({ withCode }) => withCode),
  ]
  const withCode = new Set(names.map((name) => modules.fileOf(name)))
  const included = purpose === "code" ? files.filter((path) => withCode.has(path)) : files
  const made = { text: textOf(outName), map: textOf(`${outName}.map`) }
  return {
    ...(purpose === "code" ? await settled(made) : { ...made, isStateful: false }),
    read: Object.fromEntries(files.map((path) => [path, modules.read(path)!.digest])),
    lookedFor: lookedFor(modules, files, inputs),
    sources: await sourcesOf(modules, included),
    packages: [...new Set(packages)].filter((name) => !isEngine(name)).sort(),
  }
}

/** The names that a module exports, without bundling what it imports. */
export async function exportsOf(root: string, module: string): Promise<ReadonlyArray<string>> {
  const esbuild = bundler()
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [module],
    outdir: root,
    format: "esm",
    write: false,
    metafile: true,
    logLevel: "silent",
    tsconfigRaw: {},
  })
  return Object.values(metafile.outputs)[0]!.exports
}

/** Paths of the files. @throws BundleError for a computed `import()` or `require()` that esbuild takes for a pattern of paths */
function readFiles(modules: Modules, inputs: Metafile["inputs"]): ReadonlyArray<string> {
  const named = Object.keys(inputs).filter(
    (name) => !/^(<|[\w-]{2,}:)/.test(name) && modules.read(modules.fileOf(name)) !== undefined,
  )
  for (const name of named) {
    if (!inputs[name]!.imports.some((each) => each.external && each.path.includes("*"))) continue
    const path = modules.fileOf(name)
    const lines = modules.read(path)!.text.split("\n")
    const line = lines.findIndex((text) => /\b(import|require)\s*\((?!\s*(["'])[^"']*\2\s*\))/.test(text))
    throw new BundleError(
      `${path}:${line + 1}:1: a computed import() or require() is not supported: a stage's code must be known beforehand`,
    )
  }
  return [...new Set(named.map((name) => modules.fileOf(name)))].sort()
}

async function sourcesOf(
  modules: Modules,
  files: ReadonlyArray<string>,
): Promise<Readonly<Record<string, Digest>>> {
  const codes = await Promise.all(files.map(async (path) => [path, await modules.code(path)] as const))
  return Object.fromEntries([...codes, ...steeringOf(modules, files)].sort(([a], [b]) => (a < b ? -1 : 1)))
}

const plugin = (modules: Modules, purpose: Purpose, wanted: Entry["wanted"], found: Found): Plugin => ({
  name: "refold",
  setup(build) {
    browserScripts(build, modules, purpose, found)
    shims(build, purpose)
    entryParts(build, modules, found.tables)
    resolution(build, modules)
    ownModules(build, modules, purpose, wanted)
  },
})
