// Random graphs on whose values conditions decide, nested and in bodies of groups: the same as the graph by hand with what was chosen alone.
import fc from "fast-check"
import t from "tap"
import { experiment } from "../../../../engine/declare/index.ts"
import { fileStore } from "../../../../engine/store/file-store.ts"
import { type MemoryOptions, type MemoryPlace, memoryPlace } from "../../../../engine/testing/memory-place.ts"
import { temporaryFolder } from "../../../../engine/testing/temporary-folder.ts"
import { count } from "../../../counts.ts"
import { asChosen, asConditions, drawn, failing, inGroup, list, mix, source, whole, wire } from "./graphs.ts"

const options: MemoryOptions = { jobs: 2, joining: [source, mix, list], code: ({ stageName }) => stageName }

const placeFor = (t: Tap, isFile: boolean): MemoryPlace =>
  memoryPlace(t, isFile ? { store: fileStore(temporaryFolder(t)) } : {})

type Tap = Parameters<typeof memoryPlace>[0] & Parameters<typeof temporaryFolder>[0]

const withStatus = (statuses: Readonly<Record<string, string>>, ...wanted: ReadonlyArray<string>) =>
  Object.keys(statuses)
    .filter((label) => wanted.includes(statuses[label]!))
    .sort()

t.test("what runs is what the graph by hand is, bit by bit, and all else is not needed", async (t) => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.boolean(), async ({ graph, seed }, isFile) => {
      const { recorder: one } = await placeFor(t, isFile).run(whole(graph, asConditions, seed), options)
      const { recorder: other } = await memoryPlace(t).run(whole(graph, asChosen, seed), options)
      const done = withStatus(one.tasks, "ran", "cached")
      t.same(done, Object.keys(other.tasks).sort())
      for (const label of done) t.same(one.outputs[label], other.outputs[label], label)
      t.same(withStatus(one.tasks, "failed", "skipped"), [])
    }),
    { numRuns: count(8, 300) },
  )
})

t.test("the graph by hand is a hit for conditions, and the other way round", async (t) => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.boolean(), async ({ graph, seed }, isFirst) => {
      const place = memoryPlace(t)
      const [first, second] = isFirst ? [asConditions, asChosen] : [asChosen, asConditions]
      await place.run(whole(graph, first, seed), options)
      const { recorder } = await place.run(whole(graph, second, seed), options)
      t.same(withStatus(recorder.tasks, "ran", "failed", "skipped"), [])
    }),
    { numRuns: count(5, 200) },
  )
})

t.test("in the body of a group conditions decide for each item by itself", async (t) => {
  const items = fc.uniqueArray(fc.nat({ max: 7 }), { maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(drawn, items, items, async ({ graph }, items, others) => {
      const place = memoryPlace(t)
      const { recorder } = await place.run(inGroup(graph, items), options)
      t.same(withStatus(recorder.tasks, "failed", "skipped"), [])
      for (const item of items) {
        const byHand = experiment("last", {}, () => wire(graph, asChosen, item).at(-1)!.output!)
        const { recorder: hand } = await place.run(byHand, options)
        t.same(withStatus(hand.tasks, "ran"), [], "a hit, item by item")
      }
      const { recorder: edited } = await place.run(inGroup(graph, others), options)
      const isOld = (label: string): boolean => items.some((item) => label.includes(`items=${item}`))
      t.same(
        withStatus(edited.tasks, "ran").filter(isOld),
        [],
        "other items change nothing for those that stay",
      )
      const { recorder: fresh } = await memoryPlace(t).run(inGroup(graph, others), options)
      t.same(edited.outputs, fresh.outputs)
    }),
    { numRuns: count(4, 150) },
  )
})

t.test("once what decides is there, a plan says what the run does", async (t) => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.nat({ max: 7 }), async ({ graph, seed }, other) => {
      const place = memoryPlace(t)
      for (const at of [seed, other]) {
        const planned = await place.preview(whole(graph, asConditions, at), options)
        const { recorder } = await place.run(whole(graph, asConditions, at), options)
        for (const { task, status } of planned) {
          const did = recorder.tasks[task.label]
          const canBe = { cached: ["cached"], "not-needed": ["not-needed"], "will-run": ["ran", "cached"] }
          const known = (canBe as Readonly<Record<string, ReadonlyArray<string>>>)[status]
          if (known !== undefined)
            t.ok(known.includes(did!), `${task.label} was to be ${status}, and is ${did}`)
        }
        const again = await place.preview(whole(graph, asConditions, at), options)
        t.same(
          again.map(({ task, status }) => [task.label, status]).sort(),
          Object.entries(recorder.tasks)
            .map(([label, status]) => [label, status === "ran" ? "cached" : status])
            .sort(),
        )
      }
    }),
    { numRuns: count(4, 150) },
  )
})

t.test("a run that failed on its way goes on where it ended, and comes to the same", async (t) => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.nat({ max: 3 }), fc.boolean(), async ({ graph, seed }, salt, keepGoing) => {
      const place = memoryPlace(t)
      failing.add(salt)
      const first = await place.run(whole(graph, asConditions, seed), { ...options, keepGoing })
      failing.clear()
      const { recorder } = await place.run(whole(graph, asConditions, seed), options)
      const { recorder: fresh } = await memoryPlace(t).run(whole(graph, asConditions, seed), options)
      t.same(recorder.outputs, fresh.outputs)
      const before = withStatus(first.recorder.tasks, "ran")
      t.same(
        withStatus(recorder.tasks, "ran").filter((label) => before.includes(label)),
        [],
        "nothing is done twice",
      )
      const unneeded = withStatus(first.recorder.tasks, "not-needed")
      t.same(
        unneeded.filter((label) => recorder.tasks[label] !== "not-needed"),
        [],
        "what was not needed is not",
      )
    }),
    { numRuns: count(5, 200) },
  )
})
