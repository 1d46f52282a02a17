// The arithmetic of windows, against windows that are counted and against the network's own shapes.
import t from "tap"
import { keepingPadding, type Slide, slideSize, windowStart } from "../../../ml/explorer/slide-size.ts"
import { slide } from "../../../ml/layers/parts/windows.ts"

const slides: ReadonlyArray<Slide> = [4, 5, 8, 13].flatMap((size) =>
  [1, 2, 3, 5, 7].flatMap((kernel) =>
    [0, 1, 2, 4].flatMap((padding) => [1, 2, 3, 4].map((stride) => ({ size, kernel, padding, stride }))),
  ),
)

t.test(
  "there are as many windows as one counts, and what is left is what none of them reaches",
  async (t) => {
    const wrong = slides.filter((each) => {
      const { size, kernel, padding, stride } = each
      const starts: Array<number> = []
      for (let at = -padding; at + kernel <= size + padding; at += stride) starts.push(at)
      const { windows, unseen } = slideSize(each)
      const end = starts.length === 0 ? -padding : starts.at(-1)! + kernel
      return (
        windows !== starts.length ||
        unseen !== size + padding - end ||
        starts.some((start, i) => windowStart(each, i) !== start)
      )
    })
    t.same(wrong, [])
  },
)

t.test(
  "without padding it is the network's “valid”, and the padding that keeps the size is its “same”",
  async (t) => {
    for (const { size, kernel, stride } of slides.filter(
      ({ padding, size, kernel }) => padding === 0 && kernel <= size,
    ))
      t.equal(
        slideSize({ size, kernel, padding: 0, stride }).windows,
        slide("x", [size, size], [kernel, kernel], [stride, stride], "valid").output[0],
      )
    for (const kernel of [1, 3, 5, 7]) {
      const padding = keepingPadding(kernel)!
      t.equal(slideSize({ size: 9, kernel, padding, stride: 1 }).windows, 9)
      t.equal(slide("x", [9, 9], [kernel, kernel], [1, 1], "same").margins.top, padding)
    }
    t.equal(keepingPadding(4), undefined)
  },
)
