// in turn, in CI: it starts processes.
// Files and folders that another experiment's lock file pins: taken by digest, mapped over, and told where they are missing or damaged.
import { chmodSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { digestOf } from "../../../engine/content/digest.ts"
import { type Project, project } from "../../../engine/testing/project.ts"

const warm = project(t, {
  "package.json": '{"type":"module"}',
  "stages/all.ts": `import { readFileSync, writeFileSync } from "node:fs"
import { Schema } from "effect"
import { many, stage } from "refold"
export const make = stage("make", {
  params: Schema.Struct({}), inputs: {}, outputs: { big: "file:bin", parts: "folder:txt" },
  run: ({ place }) => {
    writeFileSync(place("big.bin"), "big one")
    return { big: place("big.bin"), parts: new Map(["one", "two"].map((text) => [text + ".txt", new TextEncoder().encode(text)])) }
  },
})
export const take = stage("take", {
  params: Schema.Struct({ salt: Schema.String }), inputs: { big: "file", parts: "folder" }, outputs: { told: "value" },
  run: ({ inputs: { big, parts } }) => ({ told: [readFileSync(big, "utf8"), ...parts.keys(), readFileSync(parts.path("two.txt"), "utf8")] }),
})
export const shout = stage("shout", {
  params: Schema.Struct({}), inputs: { part: "txt" }, outputs: { shouted: "value" },
  run: ({ inputs: { part } }) => ({ shouted: new TextDecoder().decode(part).toUpperCase() }),
})
export const all = stage("all", {
  params: Schema.Struct({}), inputs: { texts: many("value") }, outputs: { texts: "value" },
  run: ({ inputs: { texts } }) => ({ texts: Object.values(texts) }),
})
`,
  "experiments/made.ts": `import { experiment } from "refold"
import { make } from "../stages/all.ts"
export default experiment("made", {}, () => make({}))
`,
  "experiments/taken.ts": `import { Schema } from "effect"
import { each, experiment, locked } from "refold"
import { all, shout, take } from "../stages/all.ts"
export default experiment("taken", { salt: Schema.String.annotations({ default: "" }) }, ({ salt }) => ({
  told: take({ salt }, { big: locked("made", "big"), parts: locked("made", "parts") }).told,
  texts: all({}, { texts: each("parts", locked("made", "parts"), (part: any) => shout({}, { part }).shouted) }).texts,
}))
`,
})
await warm.json("--exp", "made", "--update-lock")

const object = ({ root }: Project, digest: string): string =>
  join(root, "artifacts/objects", digest.slice(0, 2), digest.slice(2))

t.test("a locked file is handed over as a path, a locked folder as one, and it is mapped over", async (t) => {
  const planned = await warm.json("--exp", "taken", "--plan")
  t.equal(planned.code, 0)
  t.match(planned.of("group-planned"), [{ group: "parts", items: 2 }])
  const ran = await warm.json("--exp", "taken", "--update-lock")
  t.equal(ran.code, 0, ran.stderr)
  t.match(ran.of("results")[0]!.values, {
    told: ["big one", "one.txt", "two.txt", "two"],
    texts: ["ONE", "TWO"],
  })
  t.match((await warm.json("--exp", "taken")).last, { ran: 0, cached: 4 })
  const verified = await warm.plain("verify", "--exp", "taken", "--recompute", "all")
  t.equal(verified.code, 0, verified.stdout)
})

t.test("a clone without data verifies, and says before anything runs what is not there", async (t) => {
  const clone = project(t, warm.root)
  rmSync(join(clone.root, "artifacts"), { recursive: true })
  const verified = await clone.plain("verify", "--exp", "taken")
  t.equal(verified.code, 0, verified.stdout)
  const ran = await clone.json("--exp", "taken")
  t.equal(ran.code, 3)
  t.match(
    ran.of("difference").map(({ difference }) => difference),
    [
      { what: "locked-missing", result: "big" },
      { what: "locked-missing", result: "parts" },
    ],
  )
  t.same(ran.tasks, {})
})

t.test("of a locked folder that lacks a file, the folder is missing", async (t) => {
  const lab = project(t, warm.root)
  rmSync(object(lab, digestOf("two")))
  const ran = await lab.json("--exp", "taken", "--set", "salt=more")
  t.equal(ran.code, 3)
  t.match(ran.of("difference")[0]!.difference, {
    what: "locked-missing",
    experiment: "made",
    result: "parts",
  })
})

t.test("one that is damaged is quarantined and told; its experiment makes it again", async (t) => {
  const lab = project(t, warm.root)
  for (const text of ["two", "big one"]) {
    chmodSync(object(lab, digestOf(text)), 0o644)
    writeFileSync(object(lab, digestOf(text)), "x".repeat(text.length))
    const more = ["--exp", "taken", "--set", `salt=${text.length}`]
    const ran = await lab.json(...more)
    t.equal(ran.code, 1)
    t.match(ran.of("task-finished").find(({ status }) => status === "failed")?.error, {
      tag: "CorruptArtifact",
    })
    t.equal((await lab.json(...more)).code, 3, "it is not there any more")
    t.equal((await lab.json("--exp", "made")).tasks.make, "ran")
    t.match((await lab.json(...more)).of("results")[0]!.values.told, ["big one"])
  }
})
