// The last step of a bundle of code: names that depend on nothing but what is in it. Its map goes along.

import { composed, editing } from "./edited.ts"
import { stableNames } from "./stable-names.ts"
import { parseModule } from "./syntax.ts"

export interface Mapped {
  readonly text: string
  readonly map: string
}

export async function settled({ text, map }: Mapped): Promise<Mapped> {
  const program = await parseModule(text)
  if (program === undefined) return { text, map }
  const edited = await editing(text)
  stableNames(program, map, edited)
  return edited.hasChanged() ? { text: edited.toString(), map: await composed(edited, map) } : { text, map }
}
