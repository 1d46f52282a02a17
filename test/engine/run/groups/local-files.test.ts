// Local files that bodies of groups take: those that the experiment declares, since a run reads its files when it starts.
import * as Schema from "effect/Schema"
import t from "tap"
import { each, experiment, file, stage } from "../../../../engine/declare/index.ts"
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
