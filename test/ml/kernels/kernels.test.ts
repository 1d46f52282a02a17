// in turn: it starts processes.
// The kernels against docs/numerics.md, bit for bit, and their signatures.
import { readFileSync } from "node:fs"
import fc from "fast-check"
import { test } from "tap"
import { repository } from "../../../engine/testing/command.ts"
import { execute } from "../../../engine/testing/processes.ts"
import { generateSignatures } from "../../../ml/kernels/generate.ts"
import { count } from "../../counts.ts"
import { onKernels, type Passed } from "../support/harness.ts"
import { arraysFor, cases } from "../support/random-networks.ts"
import { byTheBook } from "../support/reference.ts"

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

test("the sources give the very signatures that are committed", async (t) => {
  const committed = readFileSync(new URL("../../../ml/kernels/signatures.ts", import.meta.url), "utf8")
  t.equal(generateSignatures(), committed)
})

test("a pointer, a stride and a count in one another's place do not compile", async (t) => {
  const { code, stdout } = await execute(repository, process.execPath, [
    "node_modules/typescript-7/bin/tsc",
    ...["-p", "test/fixtures/quantities"],
  ])
  t.equal(stdout, "")
  t.equal(code, 0)
})
