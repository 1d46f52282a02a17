// The graph of what choosing a dropout rate is worth: dropout-grid's choice from each seed, tested beside rate 0.
import { repeat } from "refold"
import { report } from "refold/stages"
import { type DataParams, data, source } from "./data.ts"
import { tested, trainedOnAll } from "./final-model.ts"
import { type RateChoiceParams, rateChoice } from "./rate-choice.ts"

interface DropoutSeedsParams extends Omit<DataParams & RateChoiceParams, "seed"> {
  readonly seeds: ReadonlyArray<number>
}

export function dropoutSeeds({ seeds, ...p }: DropoutSeedsParams) {
  const found = source(p.dataset)
  const choices = repeat(seeds, (seed) => {
    const given = data({ ...p, seed }, found)
    const choice = rateChoice(given, { ...p, seed })
    const chosen = trainedOnAll(given, choice.settings(p.finalEpochs, choice.dropout), { final: "chosen" })
    return {
      choice,
      chosen: tested(given, chosen, { final: "chosen" }).metrics,
      without: tested(given, choice.without, { final: "rate 0" }).metrics,
    }
  })
  const [first, ...rest] = seeds
  const { seeds: table, metrics } = report.seeds(
    { seeds: [first!, ...rest], beside: "rate 0" },
    {
      choices: choices.by(({ choice }) => choice.choice),
      chosen: choices.by(({ chosen }) => chosen),
      beside: choices.by(({ without }) => without),
    },
  )
  return {
    seeds: table,
    worth: metrics,
    confirmations: choices.by(({ choice }) => choice.confirmation),
  }
}
