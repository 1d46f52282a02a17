// Where an import leads: own code and linked packages into the bundle, installed packages and Node's modules out of it. What is out
// of it is resolved from the root, so a copy that only a linked package sees comes in too. Knows nothing of what is bundled for.
import { isBuiltin } from "node:module"
import { isAbsolute } from "node:path"
import type { OnResolveArgs, OnResolveResult, PluginBuild } from "esbuild"
import type { Modules } from "./modules.ts"
import { forEffects } from "./shaking/imports.ts"

export const packageName = (specifier: string): string =>
  specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/")

/** Under this condition of a package.json, modules that come into a bundle are those that were written, not what was compiled of them. */
export const sourceCondition = "refold-source"

/** Whether an import is of what comes with the engine, which is code like an author's: `refold/…`, but not `refold`. */
export const isEntry = (specifier: string): boolean => specifier.startsWith("refold/")

/** `effect` and the engine are not in any stage's code: they count as the runner. */
export const isEngine = (name: string): boolean =>
  name === "effect" || name.startsWith("@effect/") || name === "refold"

/** Said of what the bundler is asked to resolve itself. */
export const asked = { refold: "asked" }

export function resolution(build: PluginBuild, modules: Modules): void {
  build.onResolve({ filter: /^[^./]/ }, async (args) => {
    if (args.pluginData === asked || args.namespace === "required") return undefined
    const isForEffects = args.path.startsWith(forEffects)
    const path = isForEffects ? args.path.slice(forEffects.length) : args.path
    if (isAbsolute(path) || /^(data|https?):/.test(path)) return undefined
    const found = isOutside(modules, path, args.resolveDir) ? undefined : await inside(build, path, args)
    if (found === undefined && isEntry(path)) return { errors: [{ text: noEntry(path) }] }
    return found ?? outside(path, args, isForEffects)
  })
  // ESM has no `require`: what one asks for at run time is imported.
  build.onResolve({ filter: /.*/, namespace: "required" }, ({ path }) => ({ path, external: true }))
  build.onLoad({ filter: /.*/, namespace: "required" }, ({ path }) => ({
    contents: `import * as all from ${JSON.stringify(path)}; module.exports = "default" in all ? all.default : all`,
    loader: "js",
  }))
}

/** Whether a package, or a module of Node's, is left to the runtime. @param from the importer's folder */
export function isOutside({ folders, root }: Modules, specifier: string, from: string): boolean {
  if (specifier.startsWith("#")) return false
  const name = packageName(specifier)
  if (isEntry(specifier)) return false
  if (isBuiltin(specifier) || isEngine(name)) return true
  const found = folders.find(from, name)
  return found !== undefined && !found.isLinked && folders.find(root, name)?.folder === found.folder
}

/** As the bundler resolves it; undefined for what is not installed, which is said where packages are counted. */
async function inside(
  build: PluginBuild,
  path: string,
  { importer, namespace, resolveDir, kind }: OnResolveArgs,
): Promise<OnResolveResult | undefined> {
  const {
    errors,
    warnings: _,
    ...found
  } = await build.resolve(path, {
    ...{ importer, namespace, resolveDir, kind },
    pluginData: asked,
  })
  return errors.length > 0 || found.external ? undefined : { ...found, pluginData: undefined }
}

export const noEntry = (specifier: string): string =>
  `"${specifier}" is not in the package refold that is installed here: see "exports" in its package.json`

function outside(path: string, { kind }: OnResolveArgs, isForEffects: boolean): OnResolveResult {
  if (kind === "require-call") return { path, namespace: "required" }
  return { path, external: true, sideEffects: isForEffects }
}
