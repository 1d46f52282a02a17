// Bundling with esbuild under fixed options: the options are part of the key format, since the bytes are hashed.
// Knows modules and packages; nothing of stages, keys or stores.
import { existsSync, realpathSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { createRequire, isBuiltin } from "node:module"
import { dirname, relative, resolve, sep } from "node:path"
import type { BuildOptions, Message, Metafile, Plugin } from "esbuild"
import { type Digest, digestOf } from "../content/digest.ts"
import { importModule } from "./import-module.ts"

/** What a module of a project may not do, or why it cannot be bundled: file and line. */
export class BundleError extends Error {
  readonly _tag = "BundleError"
}

/** One file whose bytes went into a bundle. */
export interface Source {
  /** Relative to the project's root, with forward slashes. */
  readonly path: string
  readonly digest: Digest
  /** The digest with comments and types stripped: moves only when code does. */
  readonly code: Digest
}

export interface Bundle {
  readonly text: string
  /** Its source map, with the sources' texts: beside the bundle, which says nothing of it. */
  readonly map: string
  /** Every file that was read, also those that gave no code (they may pass on what others export), and its digest. */
  readonly read: Readonly<Record<string, Digest>>
  readonly sources: ReadonlyArray<Source>
  /** Names of the packages that the bundle imports at run time, `effect` and the engine aside. */
  readonly packages: ReadonlyArray<string>
}

/** Declarations: the coordinator reads graphs from them. Code: a worker runs one stage of them. */
export type Purpose = "declarations" | "code"

const fixed = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "es2022",
  minifyWhitespace: true,
  legalComments: "none",
  charset: "utf8",
  packages: "external",
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

/** Loaded when something must be bundled, which an unchanged run needs not. */
const bundler = () => importModule("esbuild") as Promise<typeof import("esbuild")>

/** The bundler's version and options: in the digest of whatever is remembered about a bundle. Does not start esbuild. */
export const bundlerIdentity = (): string => {
  const { version } = createRequire(import.meta.url)("esbuild/package.json") as { version: string }
  return JSON.stringify([version, fixed, codeRuntime])
}

/**
 * Bundles `entry` (module text whose imports resolve from `root`).
 *
 * @throws BundleError for what does not parse or resolve, and for a computed `import()` or `require()`
 */
export async function bundle(root: string, entry: string, purpose: Purpose): Promise<Bundle> {
  const esbuild = await bundler()
  const result = await esbuild
    .build({
      ...fixed,
      ...mapped,
      outfile: resolve(root, outName), // sources are named relative to it; nothing is written
      stdin: { contents: entry, resolveDir: root, sourcefile: "<entry>" },
      absWorkingDir: root,
      plugins: [runtime(root, purpose)],
    })
    .catch((failure: { errors?: ReadonlyArray<Message>; message: string }) => {
      throw new BundleError(
        failure.errors?.map((error) => messageText(error, purpose)).join("\n") ?? failure.message,
      )
    })
  const read = await readFiles(root, result.metafile)
  const output = result.metafile.outputs[outName]
  const textOf = (name: string): string => result.outputFiles.find(({ path }) => path.endsWith(name))!.text
  const inputs =
    purpose === "code"
      ? Object.entries(output!.inputs)
          .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
          .map(([path]) => path)
      : Object.keys(result.metafile.inputs)
  const sources = await Promise.all(
    inputs.filter((path) => Object.hasOwn(read, path)).map((path) => sourceOf(path, read[path]!)),
  )
  const packages = output!.imports
    .filter(({ external, path }) => external && !isBuiltin(path))
    .map(({ path }) => packageName(path))
  return {
    text: textOf(outName),
    map: textOf(`${outName}.map`),
    read: Object.fromEntries(Object.entries(read).map(([path, text]) => [path, digestOf(text)])),
    sources: sources.sort((a, b) => (a.path < b.path ? -1 : 1)),
    packages: [...new Set(packages)].filter((name) => !isEngine(name)).sort(),
  }
}

/** The names that a module exports, without bundling what it imports. */
export async function exportsOf(root: string, module: string): Promise<ReadonlyArray<string>> {
  const esbuild = await bundler()
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

/** Path → text. @throws BundleError for a computed `import()` or `require()` that esbuild takes for a pattern of paths */
async function readFiles(root: string, { inputs }: Metafile): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {}
  const manifest = resolve(root, "package.json") // its sideEffects and imports steer the bundler
  if (existsSync(manifest)) files["package.json"] = await readFile(manifest, "utf8")
  for (const [path, { imports }] of Object.entries(inputs)) {
    if (path.startsWith("<") || /^(declare|effect):/.test(path)) continue
    files[path] = await readFile(resolve(root, path), "utf8")
    if (!imports.some((each) => each.external && each.path.includes("*"))) continue
    const lines = files[path].split("\n")
    const line = lines.findIndex((text) => /\b(import|require)\s*\((?!\s*(["'])[^"']*\2\s*\))/.test(text))
    throw new BundleError(
      `${path}:${line + 1}:1: a computed import() or require() is not supported: a stage's code must be known beforehand`,
    )
  }
  return files
}

async function sourceOf(path: string, text: string): Promise<Source> {
  const esbuild = await bundler()
  const loader = path.endsWith(".json") ? "json" : path.endsWith(".ts") || path.endsWith(".mts") ? "ts" : "js"
  const { code } = await esbuild.transform(text, {
    loader,
    minifyWhitespace: true,
    legalComments: "none",
    tsconfigRaw: {},
  })
  return { path, digest: digestOf(text), code: digestOf(code) }
}

function messageText({ text, location }: Message, purpose: Purpose): string {
  if (location === null) return text
  const { file, line, column } = location
  return `${file}:${line}:${column + 1 - markLength(purpose, file, line)}: ${text}`
}

/** How many characters stand before a line of an author's file in a bundle: none but before the first of declarations. */
export const markLength = (purpose: Purpose, file: string, line: number): number =>
  purpose === "declarations" && line === 1 && isAuthors(file) ? markOf(file).length : 0

/** Whether a module is marked in declarations: all of the project's own scripts. */
const isAuthors = (path: string): boolean =>
  /\.[cm]?[jt]s$/.test(path) && !path.split(/[\\/]/).includes("node_modules")

/** Stands before a module's text in declarations: which one is running. @param path relative to the root */
const markOf = (path: string): string => `globalThis[Symbol.for("refold.module")]=${JSON.stringify(path)};`

const packageName = (specifier: string): string =>
  specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/")

/** `effect` and the engine are not in any stage's code: they count as the runner. */
export const isEngine = (name: string): boolean =>
  name === "effect" || name.startsWith("@effect/") || name === "refold"

/** In stage bundles the declaring functions shrink to what a worker needs, so that the engine's growth moves no key. */
const codeRuntime = `
/* @__NO_SIDE_EFFECTS__ */
export function stage(stageName, definition) { return { _tag: "Stage", stageName, definition } }
/* @__NO_SIDE_EFFECTS__ */
export function form(form) { return form }
/* @__NO_SIDE_EFFECTS__ */
export function many(kind) { return { many: kind } }
/* @__NO_SIDE_EFFECTS__ */
export function bound() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function experiment() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function defineConfig() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function file() { return undefined }
export function run() { throw new Error("a stage cannot run an experiment") }
export function load() { throw new Error("a stage cannot load a result: wire it as an input") }
`

/** Resolves `refold` and `effect` to what the process at hand already holds, so that neither is loaded twice. */
function runtime(root: string, purpose: Purpose): Plugin {
  const real = realpathSync(root)
  return {
    name: "refold",
    setup(build) {
      build.onResolve({ filter: /^refold$/ }, () => ({
        path: "refold",
        namespace: "declare",
        sideEffects: false,
      }))
      build.onLoad({ filter: /.*/, namespace: "declare" }, () => ({
        contents:
          purpose === "code" ? codeRuntime : `module.exports = globalThis[Symbol.for("refold.declare")]`,
        loader: "js",
      }))
      build.onResolve({ filter: /^effect(\/|$)/ }, ({ path }) => ({
        path,
        namespace: "effect",
        sideEffects: false,
      }))
      build.onLoad({ filter: /.*/, namespace: "effect" }, ({ path }) => ({
        contents: `module.exports = globalThis[Symbol.for("refold.effect")]${path === "effect" ? "" : `.${path.slice("effect/".length)}`}`,
        loader: "js",
      }))
      if (purpose === "declarations") {
        build.onLoad({ filter: /\.[cm]?[jt]s$/ }, async ({ path }) => {
          if (!isAuthors(path)) return undefined
          const contents = await readFile(path, "utf8")
          return {
            contents: markOf(relative(real, path).split(sep).join("/")) + contents,
            loader: path.endsWith("ts") ? "ts" : "js",
            resolveDir: dirname(path),
          }
        })
      }
    },
  }
}
