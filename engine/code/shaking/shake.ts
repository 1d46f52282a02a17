// An author's module as the bundler can shake it: bindings that nothing reaches go with their helpers, policy and other forms are
// cut, and a map leads back to what was written. Knows modules of "refold" and of `effect`; nothing of keys.
import type { PartialMessage } from "esbuild"
import type { Purpose } from "../bundler.ts"
import { originsIn } from "../source-map.ts"
import { cutDefinitions, type WantedForm } from "./definitions.ts"
import { composed, editing } from "./edited.ts"
import { markEntries, markImports } from "./imports.ts"
import { parseModule } from "./syntax.ts"
import { wrapBindings } from "./wrapped-bindings.ts"

/** Part of the name of what is remembered: counted up when the rewriting, or what is told of its bytes, changes. */
export const shakingVersion = 7

/** JavaScript whose places lead back by `map` to what was written. */
export interface Shaken {
  readonly text: string
  readonly map: string
  /** What must be written otherwise, at places of what was written. */
  readonly refused: ReadonlyArray<PartialMessage>
}

/** JavaScript that says what a module in TypeScript or JavaScript says, and its map. */
export interface Plain {
  readonly code: string
  readonly map: string
}

/** @param wanted of the module that declares the stage that is bundled, its form if it has several */
export async function shake(
  { code, map }: Plain,
  path: string,
  purpose: Purpose,
  wanted: WantedForm | undefined,
): Promise<Shaken> {
  const program = await parseModule(code)
  if (program === undefined) return { text: code, map, refused: [] }
  const edited = await editing(code)
  const refused = cutDefinitions(program, edited, wanted)
  wrapBindings(program, edited)
  markEntries(program, edited)
  // A browser is lent nothing: its script holds what it imports.
  if (purpose !== "script") markImports(program, edited)
  const origins = refused.length === 0 ? undefined : originsIn(map)
  return {
    text: edited.toString(),
    map: await composed(edited, map),
    refused: refused.map(({ at, message }) => {
      const before = code.slice(0, at).split("\n")
      const { line, column } = origins?.(before.length, before.at(-1)!.length + 1) ?? { line: 1, column: 1 }
      return { text: message, location: { file: path, line, column: column - 1 }, detail: written }
    }),
  }
}

/** Says of a message that its place is one of what was written, not of what the bundler was handed. */
export const written = "written"
