/** The kernels against docs/numerics.md, bit for bit, and against their own sources. */
import fc from "fast-check"
import { test } from "tap"
import { compileKernels } from "../../ml/kernels/compile.ts"
import { count } from "../counts.ts"
import { onKernels, type Passed, wasm } from "./support/harness.ts"
import { arraysFor, cases } from "./support/random-networks.ts"
import { byTheBook } from "./support/reference.ts"

/** Bits of everything that a pass gives; −0 and +0 differ. */
const bits = ({ output, inputGradient, gradients }: Passed) =>
  Object.entries({ output, inputGradient, ...gradients })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, values]) => [
      name,
      Buffer.from(Uint8Array.from(new Uint8Array(values.buffer))).toString("hex"),
    ])

test("every bit of a random network's outputs and gradients is the one that docs/numerics.md defines", async () => {
  fc.assert(
    fc.property(cases(), (example) => {
      const { x, weights, gradient } = arraysFor(example)
      const expected = byTheBook(example, x, weights, gradient)
      const found = onKernels(example)(x, weights, gradient)
      return JSON.stringify(bits(found)) === JSON.stringify(bits(expected))
    }),
    { numRuns: count(40, 1_000) },
  )
})

test("the sources compile to the very bytes that are committed", async (t) => {
  t.ok(Buffer.from(await compileKernels()).equals(wasm))
})
