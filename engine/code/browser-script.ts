// A module bundled for a browser into one script, whose text is what an import of it with `?script` gives. It holds all that it
// imports: a page has no packages, no Node and no engine. Knows the bundler; nothing of stages and pages.
import { builtinModules } from "node:module"
import type { BuildOptions, Message, Metafile, PartialMessage, Plugin, PluginBuild } from "esbuild"
import { bundler, type Purpose } from "./bundler.ts"
import { entryParts } from "./entry-parts.ts"
import { isModuleName, type Modules } from "./modules.ts"
import { messageText, ownModules, placed } from "./own-modules.ts"
import { asked, sourceCondition } from "./resolution.ts"
import { settled } from "./shaking/settle.ts"

export interface BrowserScript {
  /** Of its module, relative to the root. */
  readonly path: string
  readonly text: string
  readonly inputs: Metafile["inputs"]
  /** Names of the inputs whose code is in it. */
  readonly withCode: ReadonlyArray<string>
}

/** What is found on the way to a bundle. */
export interface Found {
  readonly scripts: Array<BrowserScript>
  /** Tables of contents that were gone by, relative to the root. */
  readonly tables: Set<string>
}

const query = /\?script$/
const namespace = "script"
/** What the bundler calls a script that another bundle takes in. */
export const scriptInput = (path: string): string => `${namespace}:${path}`
const outName = "script.mjs"
const builtins = new RegExp(`^(${builtinModules.join("|")})$`)

/** Modules are shaken and names settled as in a stage's code, so that comments, types and unused exports move nothing. */
const bundling = {
  bundle: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  conditions: ["module", sourceCondition],
  minifyWhitespace: true,
  legalComments: "none",
  charset: "utf8",
  write: false,
  metafile: true,
  sourcemap: "external",
  logLevel: "silent",
  tsconfigRaw: {},
  logOverride: { "unsupported-dynamic-import": "error" },
} as const satisfies BuildOptions

/** What is made of the settled bundle: it depends on nothing else. */
const finishing = {
  format: "iife",
  platform: "browser",
  target: "es2022",
  minify: true,
  legalComments: "none",
  charset: "utf8",
  tsconfigRaw: {},
  logLevel: "silent",
} as const

/** The options, which are a part of what is remembered of a bundle. */
export const scriptOptions = [bundling, finishing]

/**
 * In declarations no script is made: nothing there runs it, so that no edit of one touches what experiments declare.
 *
 * @param found takes in every script that is made, and what it went by
 */
export function browserScripts(build: PluginBuild, modules: Modules, purpose: Purpose, found: Found): void {
  build.onResolve({ filter: query }, async ({ path, importer, namespace: from, resolveDir, kind }) => {
    const resolved = await build.resolve(path.replace(query, ""), {
      ...{ importer, namespace: from, resolveDir, kind },
      pluginData: asked,
    })
    if (resolved.errors.length > 0) return { errors: resolved.errors }
    if (resolved.external || !isModuleName(resolved.path))
      return {
        errors: [
          { text: `"${path}": a script for the browser is made of a module in TypeScript or JavaScript` },
        ],
      }
    return { path: modules.pathOf(resolved.path), namespace }
  })
  build.onLoad({ filter: /.*/, namespace }, async ({ path }) => {
    if (purpose === "declarations")
      return { contents: `(the script of ${path}, which is known where a stage runs)`, loader: "text" }
    try {
      const script = await browserScript(modules, path, found.tables)
      found.scripts.push({ ...script, path })
      return { contents: script.text, loader: "text" }
    } catch (failure) {
      return { errors: await errorsOf(failure, modules) }
    }
  })
}

/** @param path of the module, relative to the root */
async function browserScript(
  modules: Modules,
  path: string,
  tables: Set<string>,
): Promise<Omit<BrowserScript, "path">> {
  const { root } = modules
  const { build, transform } = bundler()
  const { metafile, outputFiles } = await build({
    ...bundling,
    absWorkingDir: root,
    entryPoints: [path.startsWith("../") ? path : `./${path}`],
    outfile: outName,
    plugins: [forBrowser(modules, tables)],
  })
  const textOf = (name: string): string => outputFiles.find((file) => file.path.endsWith(name))!.text
  const { text } = await settled({ text: textOf(outName), map: textOf(`${outName}.map`) })
  const { inputs } = metafile.outputs[outName]!
  return {
    text: (await transform(text, finishing)).code,
    inputs: metafile.inputs,
    withCode: Object.keys(inputs).filter((name) => inputs[name]!.bytesInOutput > 0),
  }
}

const forBrowser = (modules: Modules, tables: Set<string>): Plugin => ({
  name: "refold for browsers",
  setup(build) {
    build.onResolve({ filter: query }, ({ path }) =>
      refused(path, "holds no other script: import its modules themselves"),
    )
    build.onResolve({ filter: /^refold$/ }, ({ path }) => refused(path, engineless))
    build.onResolve({ filter: /^node:/ }, ({ path }) => refused(path, nodeless))
    build.onResolve({ filter: /^(https?:)?\/\// }, ({ path }) => refused(path, "loads nothing: install it"))
    // A package may be called like a module of Node's.
    build.onResolve(
      { filter: builtins },
      async ({ path, importer, namespace, resolveDir, kind, pluginData }) => {
        if (pluginData === asked) return undefined
        const given = { importer, namespace, resolveDir, kind, pluginData: asked }
        const { errors, ...resolved } = await build.resolve(path, given)
        return errors.length > 0 ? refused(path, nodeless) : { ...resolved, pluginData: undefined }
      },
    )
    entryParts(build, modules, tables)
    ownModules(build, modules, "script")
  },
})

const engineless = "has no engine: leave that to the stage, which can hand its page what it needs"
const nodeless = "has no modules of Node's: use what browsers have, or leave it to the stage"

const refused = (path: string, why: string) => ({
  errors: [{ text: `"${path}" cannot be imported here: a script for the browser ${why}` }],
})

/** What is wrong with a script, each with its place in it. @throws what is no message of the bundler's */
async function errorsOf(failure: unknown, modules: Modules): Promise<Array<PartialMessage>> {
  const { errors } = failure as { readonly errors?: ReadonlyArray<Message> }
  if (errors === undefined) throw failure
  return Promise.all(
    errors.map(async (error) => ({ text: await messageText(error, modules, "script"), detail: placed })),
  )
}
