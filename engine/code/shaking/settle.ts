// The last step of a bundle of code: names that depend on nothing but what is in it, its map going along; and what is told of the code.

import { composed, editing } from "./edited.ts"
import { keepsState } from "./lasting-state.ts"
import { visited } from "./scopes.ts"
import { stableNames } from "./stable-names.ts"
import { parseModule } from "./syntax.ts"

export interface Mapped {
  readonly text: string
  readonly map: string
}

export interface Settled extends Mapped {
  /** Whether running the code may leave something behind in its own modules that the next run would find. */
  readonly isStateful: boolean
}

export async function settled({ text, map }: Mapped): Promise<Settled> {
  const program = await parseModule(text)
  if (program === undefined) return { text, map, isStateful: true }
  const nodes = [...visited(program)]
  const isStateful = keepsState(nodes)
  const edited = await editing(text)
  stableNames(nodes, map, edited)
  if (!edited.hasChanged()) return { text, map, isStateful }
  return { text: edited.toString(), map: await composed(edited, map), isStateful }
}
