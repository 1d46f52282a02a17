// in turn, in CI: it compiles the kernels, which takes seconds.
// What is committed of the kernels is what their sources compile to.
import { readFileSync } from "node:fs"
import { test } from "tap"
import { compileKernels, compileMathematics, mathematicsSource } from "../../../ml/kernels/compile.ts"
import { wasm } from "../support/harness.ts"

test("the sources compile to the very bytes that are committed", async (t) => {
  t.ok(Buffer.from(await compileKernels()).equals(wasm))
  const mathematics = new URL("../../../ml/statistics/mathematics/compiled.ts", import.meta.url)
  t.equal(readFileSync(mathematics, "utf8"), mathematicsSource(await compileMathematics()))
})
