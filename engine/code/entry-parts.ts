// A name that is imported from `refold/…` leads straight to the module that gives it, past the table of contents: what else stands in
// that, and in which order, moves no byte of a bundle. Knows the bundler; nothing of stages.
import { dirname } from "node:path"
import type { PluginBuild } from "esbuild"
import { suggest } from "../declare/suggest.ts"
import type { Modules } from "./modules.ts"
import { asked, noEntry } from "./resolution.ts"
import { entryPart } from "./shaking/imports.ts"

const namespace = "entry-part"

/** Of `refold-part:ml/kFold` what it would be imported from, and which name. */
export function partsOf(path: string): { readonly entry: string; readonly name: string } {
  const [, entry, name] = /^([^/]*)\/(.*)$/s.exec(path.slice(entryPart.length))!
  return { entry: `refold/${entry}`, name: name! }
}

/** @param read takes in the tables of contents that were gone by, relative to the root */
export function entryParts(build: PluginBuild, modules: Modules, read: Set<string>): void {
  build.onResolve({ filter: new RegExp(`^${entryPart}`) }, async ({ path, ...from }) => {
    const { entry, name } = partsOf(path)
    const { importer, namespace: place, resolveDir, kind } = from
    const table = await build.resolve(entry, {
      ...{ importer, namespace: place, resolveDir, kind },
      pluginData: asked,
    })
    if (table.errors.length > 0) return { errors: [{ text: noEntry(entry) }] }
    const index = modules.pathOf(table.path)
    read.add(index)
    const given = await modules.handedOn(index)
    if (given?.has(name) === false) {
      const hint = suggest(name, [...given.keys()])
      return { errors: [{ text: `"${entry}" exports no "${name}"${hint}` }] }
    }
    const { module, local } = given?.get(name) ?? { module: table.path, local: name }
    return {
      path: `${index} ${name}`,
      namespace,
      sideEffects: false,
      pluginData: {
        contents: `export { ${JSON.stringify(local)} as ${JSON.stringify(name)} } from ${JSON.stringify(module)}`,
        resolveDir: dirname(table.path),
      },
    }
  })
  build.onLoad({ filter: /.*/, namespace }, ({ pluginData }) => ({ ...pluginData, loader: "js" }))
}
