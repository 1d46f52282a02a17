// What max-pools would cost and buy where convolutions take strides: the networks side by side, and the difference in words.
import type { Variant } from "../../ml/coursework/pool-instead.ts"
import { type Answer, answer, grouped, ratio, times } from "./words.ts"

export const variantsTable = (variants: ReadonlyArray<Variant>) =>
  variants.map((variant) => ({
    network: variant.name,
    parameters: variant.parameters,
    "multiply-adds": variant.multiplyAdds,
    comparisons: variant.comparisons,
    "bytes to predict": variant.predictionBytes,
    "bytes to train": variant.trainingBytes,
    output: times(variant.output),
    remark: variant.remark,
  }))

/** `variants` as `poolInstead` gives them: strided, alone, after. None where no convolution takes strides. */
export function poolingAnswers([strided, alone, after]: ReadonlyArray<Variant>): ReadonlyArray<Answer> {
  const [s, a, b] = [strided!, alone!, after!]
  if (a.comparisons === s.comparisons) return []
  return [
    answer(
      "a max-pool after each convolution (stride 1) costs",
      `${ratio(b.multiplyAdds, s.multiplyAdds)} the multiply-adds, ${ratio(b.trainingBytes, s.trainingBytes)} the bytes to train`,
      "as many parameters, but an answer at every position, in maps of full size that wait for the backward pass",
    ),
    answer(
      "a max-pool after each convolution buys",
      "the strongest answer of each window, wherever in it",
      "a shift by less than a window changes little, and the filters look at every position",
    ),
    answer(
      "a max-pool in place of each convolution costs",
      s.output.length === 1
        ? "the filters"
        : `the filters: ${grouped(a.output[2]!)} maps come out, not ${grouped(s.output[2]!)}`,
      "a pool has nothing to learn, and works on each map alone",
    ),
    answer(
      "a max-pool in place of each convolution buys",
      `${grouped(a.parameters)} parameters, ${grouped(a.multiplyAdds)} multiply-adds, ${grouped(a.comparisons)} comparisons`,
      "maps as small as the stride makes them, for next to nothing",
    ),
  ]
}

/** Of the two networks with pools, under flat dotted names: "after.parameters". */
export const poolingMetrics = ([, alone, after]: ReadonlyArray<Variant>): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries({ alone: alone!, after: after! }).flatMap(([name, variant]) => [
      [`${name}.parameters`, variant.parameters],
      [`${name}.multiplyAdds`, variant.multiplyAdds],
      [`${name}.training.bytes`, variant.trainingBytes],
    ]),
  )
