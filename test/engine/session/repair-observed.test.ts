// in turn: starts the command line, its worker, and a server in this process
import { readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import t from "tap"
import type { Key } from "../../../engine/content/digest.ts"
import { type Observation, Observations } from "../../../engine/ledger/observations.ts"
import { readingLayer } from "../../../engine/session/place.ts"
import { project } from "../../../engine/testing/project.ts"
import { mockApi } from "../../support/mock-api.ts"

const files = (url: string) => ({
  "package.json": '{"type":"module"}',
  "stages/ask.ts": `
import { Schema } from "effect"
import { recorded } from "refold"
export const ask = recorded("ask", {
  params: Schema.Struct({ prompt: Schema.String }),
  inputs: {},
  outputs: { answer: "value" },
  request: ({ prompt }) => ({ prompt }),
  fresh: { probe: () => "the same", every: "7d" },
  observe: async (request, { accepted, signal }) => {
    const response = await accepted(fetch("${url}", { method: "POST", body: JSON.stringify(request), signal }))
    return { answer: await response.json() }
  },
})
`,
  "experiments/asks.ts": `
import { experiment } from "refold"
import { ask } from "../stages/ask.ts"
export default experiment("asks", {}, () => ["one", "two", "three"].map((prompt) => ask({ prompt }).answer))
`,
})

const labels = ["ask@prompt=one", "ask@prompt=two", "ask@prompt=three"]

const observedIn = (artifacts: string, key: string): ReadonlyArray<Observation> =>
  Effect.runSync(
    Effect.scoped(
      Effect.map(Layer.build(readingLayer(artifacts)), (services) =>
        Context.get(services, Observations).of(key as Key),
      ),
    ),
  )

t.test(
  "a repair keeps what was observed with its dates, names what is not here, and takes what is lost from locks",
  async (t) => {
    const api = await mockApi(t)
    const lab = project(t, files(api.url))
    const artifacts = join(lab.root, "artifacts")
    const ledger = join(artifacts, "ledger.sqlite")
    const first = await lab.json("--exp", "asks", "--update-lock")
    t.equal(first.code, 0, first.stderr)
    const finished = new Map(first.of("task-finished").map((event) => [event.task, event]))
    const keyOf = (label: string): string => finished.get(label)!.key!
    await lab.plain("forget", "ask@prompt=one", "--exp", "asks")
    await lab.json("--exp", "asks")
    t.equal(api.asked.length, 4)
    const before = labels.map((label) => observedIn(artifacts, keyOf(label)))
    t.same(
      before.map((rows) => rows.map(({ nth, isForgotten }) => [nth, isForgotten])),
      [
        [
          [1, true],
          [2, false],
        ],
        [[1, false]],
        [[1, false]],
      ],
    )
    const digest = finished.get("ask@prompt=two")!.outputs.answer!
    const object = join(artifacts, "objects", digest.slice(0, 2), digest.slice(2))
    renameSync(object, `${object}.elsewhere`)

    const sound = readFileSync(ledger)
    const headless = Buffer.from(sound)
    headless.fill(0xa5, 0, 4096)
    writeFileSync(ledger, headless)
    const repaired = await lab.plain("doctor", "--repair")
    t.equal(repaired.code, 0, repaired.stderr)
    t.match(repaired.stdout, /4 observations of the old one and 0 that lock files have/)
    t.match(repaired.stdout, /the bytes are not in the store: ask@prompt=two at 20\S+Z; put them back/)
    t.same(
      labels.map((label) => observedIn(artifacts, keyOf(label))),
      before,
      "dates, numbers, what was set aside, code and probe",
    )
    const damaged = await lab.json("--exp", "asks", "--keep-going")
    t.equal(damaged.tasks["ask@prompt=two"], "failed")
    t.match(
      damaged.of("task-finished").find(({ status }) => status === "failed")?.error?.tag,
      "ObservationDamaged",
    )
    t.equal(api.asked.length, 4, "nothing is asked again by itself")

    // Rows of observations are overwritten: what is no observation any more is not believed, and the lock has the rest.
    renameSync(`${object}.elsewhere`, object)
    const overwritten = Buffer.from(readFileSync(ledger))
    const text = Buffer.from('{"answer":{"kind"')
    let rows = 0
    for (let at = overwritten.indexOf(text); at !== -1; at = overwritten.indexOf(text, at + 1)) {
      overwritten.fill("?", at, at + text.length)
      rows++
    }
    t.ok(rows >= 4)
    writeFileSync(ledger, overwritten)
    const again = await lab.plain("doctor", "--repair", "--json")
    t.match(JSON.parse(again.stdout), { observations: { salvaged: 0, fromLocks: 3, elsewhere: [] } })
    t.same(
      labels.map((label) =>
        observedIn(artifacts, keyOf(label)).map(({ at, nth, probe }) => ({ at, nth, probe })),
      ),
      before.map(([first]) => ({ at: first!.at, nth: 1, probe: first!.probe })).map((row) => [row]),
      "as the lock has them",
    )

    writeFileSync(ledger, "no database\n".repeat(500))
    const fromNothing = await lab.json("doctor", "--repair")
    t.match(JSON.parse(fromNothing.stdout), { results: { fromLocks: 3 }, observations: { fromLocks: 3 } })
    const held = await lab.json("--exp", "asks", "--locked")
    t.equal(held.code, 0, held.stdout)
    t.equal(api.asked.length, 4)
  },
)
