// Successive halving as a graph: each rung's slots train whatever trials the rung before decided to keep.
import { type Bound, bound, type Output } from "refold"
import { select } from "refold/stages"
import { type Cell, metricsOf, namesOf } from "./cross-validation.ts"
import type { Trial } from "./trials.ts"

/** What one trial trains with, known now or only once a rung is done. */
export type TrialSettings = { readonly [N in keyof Trial["settings"]]: Trial["settings"][N] | Bound }

/** Settings on every fold, for so many epochs. */
export type Validate = (
  settings: TrialSettings,
  epochs: number,
  axes: Readonly<Record<string, number>>,
) => ReadonlyArray<Cell>

interface Rung {
  /** How many trials train here. */
  readonly trials: number
  readonly epochs: number
}

/** The rungs' survivors and scores, and the cells of the last rung, slot by slot. */
export function halved(candidates: ReadonlyArray<Trial>, rungs: ReadonlyArray<Rung>, validate: Validate) {
  let before: Output<"value"> | undefined
  let slots: ReadonlyArray<ReadonlyArray<Cell>> = []
  const selections = rungs.map(({ trials, epochs }, rung) => {
    slots = Array.from({ length: trials }, (_, slot) =>
      validate(before === undefined ? candidates[slot]!.settings : slotSettings(before, slot), epochs, {
        rung: rung + 1,
        slot: slot + 1,
      }),
    )
    const [first, ...others] = slots.map(namesOf)
    const selection = select.survivors(
      {
        trials: before === undefined ? candidates : bound(before),
        folds: [first!, ...others],
        keep: rungs[rung + 1]?.trials ?? 1,
      },
      { metrics: metricsOf(slots.flat()) },
      { rung: rung + 1 },
    )
    before = selection.survivors
    return selection
  })
  return { selections, last: slots }
}

/** A slot's params are whatever the rung before decided. */
export const slotSettings = (survivors: Output<"value">, slot: number): TrialSettings => {
  const at = (name: string): Bound => bound(survivors, String(slot), "settings", name)
  return {
    network: at("network"),
    dropout: at("dropout"),
    optimizer: at("optimizer"),
    batchSize: at("batchSize"),
  }
}
