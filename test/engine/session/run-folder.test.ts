import { writeFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import t from "tap"
import { digestOf } from "../../../engine/content/digest.ts"
import { readRunFolder } from "../../../engine/session/run-folder.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { count } from "../../counts.ts"

const whole = {
  experiment: "survey",
  run: "20260101-000000-abcdef",
  metrics: { "test.accuracy": 0.9 },
  values: { chosen: { rate: 0.5 } },
  summaries: [{ name: "scores", rows: [{ rate: 0.5 }] }],
  outputs: {
    "test.metrics": {
      ...{ task: "evaluate", kind: "metrics", digest: digestOf("m"), size: 16 },
      file: "test.metrics.json",
    },
  },
  counted: [],
}

t.test("a results.json that is damaged anywhere is read as none, or as one that is whole", async (t) => {
  const folder = temporaryFolder(t)
  const text = JSON.stringify(whole)
  const write = (bytes: string | Uint8Array): void => writeFileSync(join(folder, "results.json"), bytes)
  t.equal(readRunFolder(folder), undefined, "absent")
  write(text)
  t.same(readRunFolder(folder), whole)
  for (const other of ["", "null", "[]", "{}", "7", '{"outputs":{"a":null},"metrics":{},"values":{}}']) {
    write(other)
    t.equal(readRunFolder(folder), undefined, other)
  }
  for (let length = 0; length < text.length; length++) {
    write(text.slice(0, length))
    t.equal(readRunFolder(folder), undefined, `cut after ${length}`)
  }
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.uint8Array({ minLength: 1, maxLength: 40 }), (at, noise) => {
      const bytes = Buffer.from(text)
      bytes.set(noise.subarray(0, bytes.length - at), at)
      write(bytes)
      const read = readRunFolder(folder)
      return read === undefined || Object.values(read.outputs).every(({ file }) => typeof file === "string")
    }),
    { numRuns: count(100, 5_000) },
  )
})
