// What a file of a stack belongs to: the engine, or a package. It knows paths, and reads none.
import { fileURLToPath } from "node:url"

/** A path as a stack names it, without what `import()` was told behind it. */
export function pathOf(named: string): string {
  const path = named.split("?", 1)[0]!
  if (!path.startsWith("file:")) return path
  try {
    return fileURLToPath(path)
  } catch {
    return path
  }
}

/** The package that a file is of, and the file's path from its `node_modules` on. */
export function packageOf(path: string): { readonly name: string; readonly file: string } | undefined {
  const parts = path.split(/[\\/]/)
  const at = parts.lastIndexOf("node_modules")
  if (at < 0 || at + 1 >= parts.length) return undefined
  const [scope, name] = parts.slice(at + 1)
  return { name: scope!.startsWith("@") ? `${scope}/${name}` : scope!, file: parts.slice(at).join("/") }
}

/** Where the engine's own code lies: dist/, and engine/ when it runs from source. */
const own = (import.meta.url.endsWith(".ts") ? ["../", "../../dist/"] : ["./"]).map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)
export const isEngines = (path: string): boolean => own.some((folder) => path.startsWith(folder))
