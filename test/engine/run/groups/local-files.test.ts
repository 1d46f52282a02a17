// Local files that bodies of groups take: those that the experiment declares, since a run reads its files when it starts.
import * as Schema from "effect/Schema"
import t from "tap"
import { each, experiment, file, files, stage } from "../../../../engine/declare/index.ts"
import { memoryPlace } from "../../../../engine/testing/memory-place.ts"
import { temporaryFolder, writeFiles } from "../../../../engine/testing/temporary-folder.ts"
import { list, sum } from "./stages.ts"

const letters = stage("letters", {
  params: Schema.Struct({ number: Schema.Number }),
  inputs: { text: "txt" },
  outputs: { letters: "value" },
  run: ({ params: { number }, inputs: { text } }) => ({ letters: text.length * number }),
})

const options = (root: string) => ({ root, joining: [letters] })

t.test(
  "a body takes a file that nothing else does, named around it or in it, and reruns with it alone",
  async (t) => {
    const root = temporaryFolder(t)
    writeFiles(root, { "one.txt": "first", "two.txt": "second" })
    const place = memoryPlace(t)
    const both = experiment("both", {}, () => {
      const one = file("one.txt")
      file("two.txt")
      const counts = each("numbers", list({ numbers: [1, 2] }).list, (number: number) => ({
        first: letters({ number }, { text: one }, { of: "one" }).letters,
        second: letters({ number }, { text: file("two.txt") }, { of: "two" }).letters,
      }))
      return [
        sum({}, { numbers: counts.first }, { of: "one" }).sum,
        sum({}, { numbers: counts.second }, { of: "two" }).sum,
      ]
    })
    t.match((await place.run(both, options(root))).summary.counts, { ran: 7, failed: 0, skipped: 0 })
    writeFiles(root, { "two.txt": "another" })
    const { recorder } = await place.run(both, options(root))
    const ran = Object.entries(recorder.tasks).flatMap(([label, status]) => (status === "ran" ? [label] : []))
    t.same(ran.sort(), ["letters@numbers=1+of=two", "letters@numbers=2+of=two", "sum@of=two"])
  },
)

t.test("a file that only a body declares fails the group, and says where to declare it", async (t) => {
  const root = temporaryFolder(t)
  writeFiles(root, { "one.txt": "first" })
  const alone = experiment("alone", {}, () =>
    each("numbers", list({ numbers: [1] }).list, (number: number) =>
      letters({ number }, { text: file("one.txt") }),
    ),
  )
  const { recorder } = await memoryPlace(t).run(alone, options(root))
  const [{ status, error } = { status: undefined, error: undefined }] = recorder.of("group-finished")
  t.equal(status, "failed")
  t.match(
    error?.message,
    'at 1: its body takes one.txt, which is declared nowhere else, and the files of a run are read when it starts: declare it beside the group, const given = file("one.txt"), and let the body take that',
  )
})

t.test("a file of a folder that is of another kind than a role takes says what fits", async (t) => {
  const root = temporaryFolder(t)
  writeFiles(root, { "data/a.csv": "1", "data/b.csv": "2" })
  const sized = stage("sized", {
    params: Schema.Struct({}),
    inputs: { part: "file" },
    outputs: { size: "value" },
    run: ({ inputs }) => ({ size: inputs.part.length > 0 ? 1 : 0 }),
  })
  const over = (pattern: ReturnType<typeof files>) =>
    experiment("sizes", {}, () => each("sizes", pattern, (part) => sized({}, { part }).size))
  const { recorder } = await memoryPlace(t).run(over(files("data/*.csv")), { root, joining: [sized] })
  t.equal(
    recorder.of("group-finished")[0]?.error?.message,
    'at a.csv: sized takes file as "part", not csv, as the folder\'s file a.csv is by its name: declare part: "csv" in sized, or map over a folder whose files are such: files(…, "folder:file")',
  )
  const named = memoryPlace(t).run(over(files("data/*.csv", "folder:file") as never), {
    root,
    joining: [sized],
  })
  t.match((await named).summary.counts, { ran: 2, failed: 0 })
})
