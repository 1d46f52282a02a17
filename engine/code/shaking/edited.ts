// Text that is edited, and its map, composed with the one that it had before.
import type MagicString from "magic-string"
import { importModule } from "../import-module.ts"

const library = <T>(name: string): Promise<T> => importModule(name) as Promise<T>

export async function editing(text: string): Promise<MagicString> {
  const { default: Edited } = await library<{ default: typeof MagicString }>("magic-string")
  return new Edited(text)
}

/** @param earlier the map of the text before it was edited */
export async function composed(edited: MagicString, earlier: string): Promise<string> {
  const { default: remapping } =
    await library<typeof import("@jridgewell/remapping")>("@jridgewell/remapping")
  const later = edited.generateMap({ hires: "boundary", source: "earlier" }).toString()
  return remapping(later, (_, { depth }) => (depth === 1 ? earlier : null)).toString()
}
