// Which examples tell most about a classifier, and the file that they travel in.
import t from "tap"
import { decodeChosen, encodeChosen } from "../../../ml/coursework/examples-file.ts"
import { hardestClasses, leastSure, worstMistakes } from "../../../ml/coursework/telling-examples.ts"

const said = {
  labels: [0, 0, 0, 0, 1, 1, 2],
  predicted: [1, 0, 2, 1, 1, 0, 2],
  probabilities: [0.6, 0.4, 0.9, 0.9, 0.99, 0.5, 0.3],
}

t.test(
  "the worst mistakes of a class are those that were made most surely; a right answer is none",
  async (t) => {
    t.same(worstMistakes(said, 3, 2), [
      { class: 0, examples: [2, 3] },
      { class: 1, examples: [5] },
      { class: 2, examples: [] },
    ])
  },
)

t.test("least sure is the lowest probability of the most probable class, right or wrong", async (t) => {
  t.same(leastSure(said, 3, 2), [
    { class: 0, examples: [1, 0] },
    { class: 1, examples: [5, 4] },
    { class: 2, examples: [6] },
  ])
})

t.test("the hardest classes are those with the most mistakes, in the order of their numbers", async (t) => {
  t.same(hardestClasses(said, 3, 2), [0, 1])
  t.same(hardestClasses({ ...said, predicted: [0, 0, 0, 0, 0, 0, 1] }, 3, 2), [1, 2])
  t.same(hardestClasses(said, 3, 12), [0, 1, 2])
})

t.test("chosen images come out of their file as they went in, a class without one too", async (t) => {
  const pixels = Uint8Array.from({ length: 7 * 2 * 3 }, (_, at) => at)
  const bytes = encodeChosen({ pixels, shape: [2, 3, 1] }, said, worstMistakes(said, 3, 1))
  const { imageSize, classes, examples } = decodeChosen(bytes)
  t.same(imageSize, [2, 3])
  t.same(classes, [0, 1, 2])
  t.match(examples, [
    { at: 2, label: 0, predicted: 2, probability: Math.fround(0.9) },
    { at: 5, label: 1, predicted: 0, probability: 0.5 },
  ])
  t.same(Array.from(examples[1]!.pixels), [30, 31, 32, 33, 34, 35])
  t.throws(() => decodeChosen(bytes.slice(0, 4)), { message: /too few/ })
  const coloured = decodeChosen(encodeChosen({ pixels, shape: [1, 2, 3] }, said, worstMistakes(said, 3, 1)))
  t.match({ ...coloured, examples: [] }, { imageSize: [1, 2], channels: 3 })
  t.same(Array.from(coloured.examples[1]!.pixels), [30, 31, 32, 33, 34, 35])
})
