// What max-pools would cost and buy where convolutions take strides: the networks side by side, and the difference in words.
import type { AnswerDraft } from "refold"
import type { Variant } from "refold/ml"
import { answer, explained, grouped, times } from "./words.ts"

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
export function poolingAnswers([strided, alone, after]: ReadonlyArray<Variant>): ReadonlyArray<AnswerDraft> {
  const [s, a, b] = [strided!, alone!, after!]
  if (a.comparisons === s.comparisons) return []
  const why =
    "as many parameters, but an answer at every position, in maps of full size that wait for the backward pass"
  return [
    ratioAnswer("multiply-adds of stride 1 and a max-pool after each convolution, beside the strides", why, {
      over: b.multiplyAdds,
      under: s.multiplyAdds,
      names: "work of max-pools, multiply-adds",
    }),
    ratioAnswer(
      "bytes to train with stride 1 and a max-pool after each convolution, beside the strides",
      why,
      {
        over: b.trainingBytes,
        under: s.trainingBytes,
        names: "memory of max-pools",
      },
    ),
    explained(
      "what a max-pool after each convolution buys",
      "the strongest answer of each window, wherever in it",
      "a shift by less than a window changes little, and the filters look at every position",
    ),
    explained(
      "what a max-pool in place of each convolution costs",
      s.output.length === 1
        ? "the filters"
        : `the filters: ${grouped(a.output[2]!)} maps come out, not ${grouped(s.output[2]!)}`,
      "a pool has nothing to learn, and works on each map alone",
    ),
    explained(
      "what a max-pool in place of each convolution buys",
      `${grouped(a.parameters)} parameters, ${grouped(a.multiplyAdds)} multiply-adds, ${grouped(a.comparisons)} comparisons`,
      "maps as small as the stride makes them, for next to nothing",
    ),
  ].flat()
}

interface Ratio {
  readonly over: number
  readonly under: number
  readonly names: string
}

const ratioAnswer = (
  question: string,
  why: string,
  { over, under, names }: Ratio,
): ReadonlyArray<AnswerDraft> =>
  answer(question, over / under, `${grouped(over)} / ${grouped(under)}: ${why}`, {
    names,
    unit: "×",
    mistakes: [[under / over, "the other way round"]],
  })

/** Of the two networks with pools, under flat dotted names: "after.parameters". */
export const poolingMetrics = ([, alone, after]: ReadonlyArray<Variant>): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries({ alone: alone!, after: after! }).flatMap(([name, variant]) => [
      [`${name}.parameters`, variant.parameters],
      [`${name}.multiplyAdds`, variant.multiplyAdds],
      [`${name}.training.bytes`, variant.trainingBytes],
    ]),
  )
