// The graph of two networks that differ in how they shrink: trained alike from several seeds, tested as is and on moved images.
import { repeat } from "refold"
import { lenet, optimizer, stridedInstead } from "refold/ml"
import { describe, evaluate, report, visualize } from "refold/stages"
import { toTheEnd } from "./cross-validation.ts"
import { type DataParams, data, source } from "./data.ts"
import { trainedOnAll } from "./final-model.ts"

interface PoolingParams extends Omit<DataParams, "seed"> {
  readonly seeds: readonly [number, ...Array<number>]
  readonly by: readonly [number, ...Array<number>]
  readonly epochs: number
  readonly dropout: number
  readonly learningRate: number
  readonly batchSize: number
}

export function pooling(p: PoolingParams) {
  const found = source(p.dataset)
  const { title, classes, fetched } = found
  const pooled = lenet({ dropout: 0, classes: classes.length })
  const networks = { "max-pool": pooled, stride: stridedInstead(pooled) }
  const runs = repeat(p.seeds, (seed) => {
    const given = data({ ...p, seed }, found)
    return Object.entries(networks).map(([name, network]) => {
      const axes = { network: name }
      const { weights } = trainedOnAll(given, settingsOf(p, network, classes.length, seed), axes)
      const { shifts } = evaluate.shifts(
        { classes, by: p.by },
        { inputs: fetched.testImages, targets: fetched.testLabels, weights },
        axes,
      )
      return { network: name, seed, name: `network=${name}+seed=${seed}`, weights, shifts }
    })
  }).flat()
  const [first, ...rest] = runs.map(({ network, seed, name }) => ({ network, seed, name }))
  const { shifts, differences, metrics } = report.shifts(
    { runs: [first!, ...rest] },
    { shifts: Object.fromEntries(runs.map(({ name, shifts }) => [name, shifts])) },
  )
  const { layers, stripes } = describe.shrinking(
    {},
    { weights: Object.fromEntries(runs.slice(0, 2).map(({ network, weights }) => [network, weights])) },
  )
  return {
    layers,
    stripes,
    shifts,
    differences,
    pooling: metrics,
    charts: {
      shifts: visualize.shifts(
        {
          title: "Predictions that change when the image is moved",
          subtitle: [
            `LeNet and its twin with strides in place of max-pools, on the test set of ${title}`,
            p.seeds.length === 1
              ? `one training each, ${p.epochs} epochs; the mean of moves up, down, left and right`
              : `means of ${p.seeds.length} trainings of ${p.epochs} epochs over moves in four directions; lines: 95 % intervals`,
          ],
        },
        { shifts },
        { chart: "shifts" },
      ),
    },
  }
}

const settingsOf = (p: PoolingParams, network: ReturnType<typeof lenet>, classes: number, seed: number) => ({
  ...toTheEnd,
  network,
  dropout: p.dropout,
  optimizer: optimizer({ type: "adam", learningRate: p.learningRate }),
  batchSize: p.batchSize,
  epochs: p.epochs,
  classes,
  seed,
  curveExamples: "validation" as const,
})
