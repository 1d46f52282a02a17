// Damaged inputs, however many and however deep: one run makes each again, once, and goes on.
import { chmodSync, readFileSync, writeFileSync } from "node:fs"
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import t from "tap"
import type { Digest } from "../../../engine/content/digest.ts"
import { atOnce } from "../../../engine/content/steps.ts"
import { experiment, many, type Output, stage } from "../../../engine/declare/index.ts"
import { fileStore } from "../../../engine/store/file-store.ts"
import { isIntact, Store } from "../../../engine/store/store.ts"
import { type MemoryPlace, memoryPlace } from "../../../engine/testing/memory-place.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { count } from "../../counts.ts"

const invoked: Array<string> = []

/** A stage that gives its name and what it was given: `salt` moves the keys of those that are to run again. */
const named = (name: string) =>
  stage(name, {
    params: Schema.Struct({ id: Schema.String, salt: Schema.Number }),
    inputs: { given: many("value") },
    outputs: { out: "value", other: "value" },
    run: ({ params }) => {
      invoked.push(`${name}@id=${params.id}`)
      return { out: `${name} ${params.id}`, other: `${name} ${params.id} too` }
    },
  })
const [bottom, middle, top] = [named("bottom"), named("middle"), named("top")]

/** Five at the bottom, each below ten others, and what takes all outputs of the ten and of one of the five. */
const pyramid = (salt: number) =>
  experiment("pyramid", {}, () => {
    const below = range(5).map((id) => bottom({ id, salt: 0 }, { given: {} }, { id }))
    const between = range(10).map((id, i) => {
      const [one, two] = [below[i % 5]!, below[(i + 1) % 5]!]
      return middle({ id, salt: 0 }, { given: { one: one.out, two: two.other } }, { id })
    })
    const given = Object.fromEntries([
      ...between.flatMap((task, i) => [[`out-${i}`, task.out] as const, [`other-${i}`, task.other] as const]),
      ...below.map((task, i) => [`below-${i}`, task.out] as const),
    ])
    return top({ id: "t", salt }, { given }).out
  })

/** Each takes what the one before it gave. */
const chain = (length: number, salt: number) =>
  experiment("chain", {}, () => {
    let last: Output<"value"> | undefined
    for (const id of range(length))
      last = middle({ id, salt: 0 }, { given: last === undefined ? {} : { last } }, { id }).out
    return top({ id: "t", salt }, { given: { last: last! } }).out
  })

const range = (length: number): ReadonlyArray<string> => Array.from({ length }, (_, i) => `${i}`)

/** Changes one bit of every object: sizes stay. */
function damageAll({ store }: MemoryPlace): ReadonlyArray<Digest> {
  return atOnce(store.list()).objects.map(({ digest }) => {
    damage(store.path(digest))
    return digest
  })
}

function damage(path: string): void {
  const bytes = readFileSync(path)
  bytes[0]! ^= 1
  chmodSync(path, 0o644)
  writeFileSync(path, bytes)
}

for (const [what, wired, tasks] of [
  ["25 damaged inputs, whose makers need damaged inputs too", pyramid, 15],
  [
    "damage that reaches down a long chain",
    (salt: number) => chain(count(150, 10_000), salt),
    count(150, 10_000),
  ],
] as const) {
  t.test(`${what}, are healed in one run: each artifact is made again once`, async (t) => {
    const place = memoryPlace(t, { store: fileStore(temporaryFolder(t)) })
    t.match((await place.run(wired(1))).summary.counts, { ran: tasks + 1 })
    const damaged = damageAll(place)
    invoked.length = 0
    const { recorder, summary } = await place.run(wired(2))
    t.match(summary.counts, { ran: 1, cached: tasks, failed: 0 })
    t.same(
      [...new Set(invoked)].sort(),
      [...invoked.filter((task) => task !== "top@id=t"), "top@id=t"].sort(),
    )
    t.equal(invoked.length, tasks + 1, "each maker ran once")
    const told = recorder.of("artifact-quarantined").map(({ digest }) => digest)
    t.equal(new Set(told).size, told.length, "each is told of once")
    const ends = damaged.filter((digest) => isIntact(place.store, digest)).length
    t.ok(ends >= told.length, "what was wanted holds what its digest promises")
  })
}

t.test(
  "an artifact that is damaged again after it was made again fails the task that wants it, and is named",
  async (t) => {
    let spoilt: Digest | undefined
    const place = memoryPlace(t, {
      store: fileStore(temporaryFolder(t)),
      change: (services) => {
        const store = Context.get(services, Store)
        const adopt: typeof store.adopt = (path, digest) => {
          if (digest === spoilt) damage(path)
          store.adopt(path, digest)
        }
        return Context.add(services, Store, { ...store, adopt })
      },
    })
    const first = await place.run(pyramid(1))
    spoilt = first.recorder.outputs["middle@id=3"]!.out as Digest
    damage(place.store.path(spoilt))
    invoked.length = 0
    const { recorder } = await place.run(pyramid(2))
    t.equal(recorder.tasks.top, "failed")
    t.match(recorder.of("task-finished").find(({ status }) => status === "failed")!.error, {
      tag: "CorruptArtifact",
      message: new RegExp(
        `^artifact ${spoilt}, an input of top, is missing or damaged and is so again after`,
      ),
    })
    t.same(invoked, ["middle@id=3"])
  },
)
