// The graph of what choosing a dropout rate is worth: dropout-grid's choice from each seed, tested beside rate 0.
import { report } from "refold/stages"
import { type DataParams, data, source } from "./data.ts"
import { tested, trainedOnAll } from "./final-model.ts"
import { type RateChoiceParams, rateChoice } from "./rate-choice.ts"

interface DropoutSeedsParams extends Omit<DataParams & RateChoiceParams, "seed"> {
  readonly seeds: ReadonlyArray<number>
}

export function dropoutSeeds({ seeds, ...p }: DropoutSeedsParams) {
  const found = source(p.dataset)
  const choices = seeds.map((seed) => {
    const place = { seed }
    const given = data({ ...p, seed }, found, place)
    const choice = rateChoice(given, { ...p, seed }, place)
    const chosen = trainedOnAll(given, choice.settings(p.finalEpochs, choice.dropout), {
      ...place,
      final: "chosen",
    })
    return {
      seed,
      choice,
      chosen: tested(given, chosen, { ...place, final: "chosen" }).metrics,
      without: tested(given, choice.without, { ...place, final: "rate 0" }).metrics,
    }
  })
  const by = <V>(of: (choice: (typeof choices)[number]) => V) =>
    Object.fromEntries(choices.map((choice) => [`${choice.seed}`, of(choice)]))
  const [first, ...rest] = seeds
  const { seeds: table, metrics } = report.seeds(
    { seeds: [first!, ...rest], beside: "rate 0" },
    {
      choices: by(({ choice }) => choice.choice),
      chosen: by(({ chosen }) => chosen),
      beside: by(({ without }) => without),
    },
  )
  return {
    seeds: table,
    worth: metrics,
    confirmations: by(({ choice }) => choice.confirmation),
  }
}
