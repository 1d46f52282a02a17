// All kinds of edits by name, and how often each is drawn.
import { code } from "./code.ts"
import { commandLine } from "./command-line.ts"
import type { Kinds } from "./kind.ts"
import { lists } from "./lists.ts"
import { packages } from "./packages.ts"
import { texts } from "./texts.ts"
import { wiring } from "./wiring.ts"
import { world } from "./world.ts"

export const kinds: Kinds = { ...texts, ...code, ...wiring, ...lists, ...packages, ...world, ...commandLine }

/** To what the project was before some edits: an edit of its own, as it needs what went before. */
export const back = "back to an earlier state"

const often: Readonly<Record<string, number>> = {
  [back]: 4,
  "a constant of a helper": 4,
  "a helper does otherwise": 3,
  "a stage does otherwise": 3,
  "a param": 2,
}

/** Each name as often as it is to be drawn. */
export const draws: ReadonlyArray<string> = [back, ...Object.keys(kinds)].flatMap((name) =>
  Array.from({ length: often[name] ?? 1 }, () => name),
)
