// The graph of a search: every trial to the end, successive halving over the same trials, the choice trained on all.
import { type Bound, bound, type Output } from "../../engine/declare/stage.ts"
import { successiveHalving } from "../../ml/search/halving.ts"
import { compare } from "../../stages/compare.ts"
import { evaluate } from "../../stages/evaluate.ts"
import { fold } from "../../stages/fold.ts"
import { report } from "../../stages/report.ts"
import { select } from "../../stages/select.ts"
import { train } from "../../stages/train.ts"
import { visualize } from "../../stages/visualize.ts"
import { type DataParams, data } from "./data.ts"
import { type Trial, trials } from "./trials.ts"

interface HyperparametersParams extends DataParams {
  readonly search: "random" | "grid"
  readonly budget: number
  readonly folds: number
  readonly examples: number | "all"
  readonly epochs: number
  readonly leastEpochs: number
  readonly eta: number
  readonly finalists: number
  readonly finalEpochs: number
  readonly curveExamples: number
}

type Settings = { readonly [N in keyof Trial["settings"]]: Trial["settings"][N] | Bound }

export function hyperparameters(p: HyperparametersParams) {
  const { title, classes, fetched, split } = data(p)
  const { trainImages: images, trainLabels: labels } = fetched
  const common = {
    classes: classes.length,
    seed: p.seed,
    curveExamples: p.curveExamples,
    patience: null,
    minimumDelta: 0,
    monitor: "loss" as const,
    restoreBest: false,
  }
  const folds = Array.from({ length: p.folds }, (_, i) =>
    fold(
      { classes: classes.length, k: p.folds, fold: i + 1, examples: p.examples, seed: p.seed },
      { labels, indices: split.train },
      { fold: i + 1 },
    ),
  )
  /** One candidate on every fold: the names of its metrics, and the metrics. */
  const validated = (settings: Settings, epochs: number, axes: Readonly<Record<string, string | number>>) =>
    folds.map((part, i) => {
      const at = { ...axes, fold: i + 1 }
      const { weights } = train(
        { ...common, ...settings, epochs, stream: `fold=${i + 1}` },
        { images, labels, train: part.train, validation: part.validation },
        at,
      )
      const { metrics } = evaluate.validation(
        { classes },
        { images, labels, indices: part.validation, weights },
        at,
      )
      return [
        Object.entries(at)
          .map(([name, value]) => `${name}=${value}`)
          .join("+"),
        metrics,
      ] as const
    })
  type Validated = ReadonlyArray<readonly [string, Output<"metrics:validation">]>
  const names = (cells: Validated) => cells.map(([name]) => name) as [string, ...Array<string>]

  const candidates = trials(p.search, p.budget, p.seed, classes.length)
  const complete = candidates.map(({ settings }, i) => validated(settings, p.epochs, { trial: i + 1 }))
  const all = Object.fromEntries(complete.flat())
  const [first, ...others] = candidates.map(({ candidate, settings }, i) => ({
    candidate,
    settings,
    folds: names(complete[i]!),
  }))
  const cells = [first!, ...others] as const
  const full = select.best({ cells, rule: "best" }, { metrics: all }, { of: "trials" })
  const plain = ({ candidate, folds }: (typeof cells)[number]) => ({ candidate, folds })
  const compared = compare.cells(
    { cells: [plain(first!), ...others.map(plain)], test: 1, train: p.folds - 1, stoppedEarly: false },
    { metrics: all },
    { of: "trials" },
  )

  const { rungs, totalEpochs, fullEpochs } = successiveHalving({
    trials: candidates.length,
    eta: p.eta,
    finalists: p.finalists,
    leastEpochs: p.leastEpochs,
    mostEpochs: p.epochs,
  })
  let going: ReadonlyArray<Trial> | Bound = candidates
  let last: Validated = []
  const halved = rungs.map(({ trials, epochs }, rung) => {
    const slots: ReadonlyArray<Validated> = Array.from({ length: trials }, (_, slot) => {
      const settings: Settings = Array.isArray(going)
        ? (going as ReadonlyArray<Trial>)[slot]!.settings
        : slotSettings((going as Bound).output as Output<"value">, slot)
      return validated(settings, epochs, { rung: rung + 1, slot: slot + 1 })
    })
    const [firstSlot, ...otherSlots] = slots.map(names)
    const kept = select.survivors(
      {
        trials: going as ReadonlyArray<Trial>,
        folds: [firstSlot!, ...otherSlots],
        keep: rungs[rung + 1]?.trials ?? 1,
      },
      { metrics: Object.fromEntries(slots.flat()) },
      { rung: rung + 1 },
    )
    going = bound(kept.survivors)
    last = slots.flat()
    return kept
  })
  const winner = halved.at(-1)!.survivors
  const methods = report.searches(
    {
      methods: [
        { name: "every trial to the end", epochs: fullEpochs * p.folds, cells: complete.map(names) },
        {
          name: "successive halving",
          epochs: totalEpochs * p.folds,
          cells: winnerCells(last, p.folds),
        },
      ],
    },
    { metrics: { ...all, ...Object.fromEntries(last) } },
  )

  const final = train(
    { ...common, ...slotSettings(winner, 0), epochs: p.finalEpochs, stream: "final" },
    { images, labels, train: split.train, validation: split.validation },
    { final: "yes" },
  )
  const test = evaluate.test(
    { classes },
    { images: fetched.testImages, labels: fetched.testLabels, weights: final.weights },
    { final: "yes" },
  )
  return {
    scores: full.scores,
    methods: methods.searches,
    folds: full.folds,
    comparisons: compared.comparisons,
    rungs: halved.map(({ scores }) => scores),
    test,
    final,
    charts: {
      learningCurves: visualize.learningCurves(
        {
          title: "Final training",
          subtitle: `the settings that successive halving chose, on all of ${title}'s part to fit`,
        },
        { curve: final.curve },
        { chart: "learning-curves" },
      ),
      trials: visualize.trials(
        {
          title: "Trials of the search",
          subtitle: [
            `Mean of ${p.folds} folds ± one standard error after ${p.epochs} epochs; grey, each fold.`,
            `Red: what successive halving ended with, for ${Math.round((100 * totalEpochs) / fullEpochs)} % of the epochs.`,
          ],
          trials: [plain(first!), ...others.map(plain)],
          chosen: bound(winner, "0", "candidate"),
        },
        { metrics: all },
        { chart: "trials" },
      ),
    },
  }
}

/** The cells of the last rung, trial by trial. */
const winnerCells = (last: ReadonlyArray<readonly [string, unknown]>, folds: number) =>
  Array.from(
    { length: last.length / folds },
    (_, i) => last.slice(i * folds, (i + 1) * folds).map(([name]) => name) as [string, ...Array<string>],
  )

/** A slot's params are whatever the rung before decided. */
const slotSettings = (survivors: Output<"value">, slot: number): Settings => {
  const at = (name: string): Bound => bound(survivors, String(slot), "settings", name)
  return {
    network: at("network"),
    dropout: at("dropout"),
    optimizer: at("optimizer"),
    batchSize: at("batchSize"),
  }
}
