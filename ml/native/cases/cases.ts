// What a case is: calls of one kernel or of a few that belong together, on what it draws; and how often it is drawn.
import type { Bench } from "../bench.ts"

export type Cases = ReadonlyArray<readonly [times: number, make: (bench: Bench) => void]>
