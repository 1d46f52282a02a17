// What the bundler is handed of each module of a project, and where in what was written its messages lead. Knows the bundler;
// nothing of what becomes of its output.
import { dirname } from "node:path"
import type { Loader, Message, PartialMessage, PluginBuild } from "esbuild"
import type { Purpose } from "./bundler.ts"
import { isAuthors, loaderOf, type Modules } from "./modules.ts"
import type { WantedForm } from "./shaking/definitions.ts"
import { written } from "./shaking/shake.ts"
import { originsIn } from "./source-map.ts"

/** A form of a stage, and the module that declares it, relative to the root. */
export type Wanted = { readonly module: string } & WantedForm

export function ownModules(
  build: PluginBuild,
  modules: Modules,
  purpose: Purpose,
  wanted?: Wanted | undefined,
): void {
  build.onLoad({ filter: /\.([cm]?[jt]sx?|json)$/ }, async ({ path: full }) => {
    const path = modules.pathOf(full)
    const file = modules.read(path)
    if (file === undefined) return undefined
    const loaded = (contents: string, loader: Loader) => ({ contents, loader, resolveDir: dirname(full) })
    if (!isAuthors(path)) return loaded(file.text, loaderOf(path))
    if (purpose === "declarations") return loaded(markOf(path) + file.text, loaderOf(path))
    try {
      const { text, map, refused } = await modules.shaken(path, purpose, wantedOf(path, wanted))
      return { ...loaded(`${text}\n${mapComment(map)}`, "js"), errors: [...refused] }
    } catch (failure) {
      return { errors: writtenErrors(failure, path) }
    }
  })
}

/** Said of a message whose text names its place already. */
export const placed = "placed"

/** Where esbuild's place is one of what it was handed, the place that was written. */
export async function messageText(
  { text, location, detail }: Message,
  modules: Modules,
  purpose: Purpose,
  wanted?: Wanted | undefined,
): Promise<string> {
  if (location === null || detail === placed) return text
  const { file, line, column } = location
  const mark = markLength(purpose, file, line)
  const isHanded =
    purpose !== "declarations" && detail !== written && isAuthors(file) && modules.read(file) !== undefined
  const origins = isHanded
    ? originsIn((await modules.shaken(file, purpose, wantedOf(file, wanted))).map)
    : undefined
  const at = origins?.(line, column + 1) ?? { line, column: column + 1 - mark }
  return `${file}:${at.line}:${at.column}: ${text}`
}

/** How many characters stand before a line of an author's file in a bundle: none but before the first of declarations. */
export const markLength = (purpose: Purpose, file: string, line: number): number =>
  purpose === "declarations" && line === 1 && isAuthors(file) ? markOf(file).length : 0

/** Stands before a module's text in declarations: which one is running. @param path relative to the root */
const markOf = (path: string): string => `globalThis[Symbol.for("refold.module")]=${JSON.stringify(path)};`

const wantedOf = (path: string, wanted: Wanted | undefined): WantedForm | undefined =>
  wanted?.module === path ? wanted : undefined

const mapComment = (map: string): string =>
  `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`

/** What is wrong with a module as it was written, by its path. @throws what is no message of the bundler's */
function writtenErrors(failure: unknown, path: string): Array<PartialMessage> {
  const { errors } = failure as { readonly errors?: ReadonlyArray<Message> }
  if (errors === undefined) throw failure
  return errors.map(({ text, location }) => ({
    text,
    location: location && { ...location, file: path },
    detail: written,
  }))
}
