// in turn, in CI: it starts processes.
// --against with groups: what a lock quotes of their tasks' metrics, what is read from the store where it quotes none, and what is left out.
import { rmSync } from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { parseLock } from "../../../engine/lock/lock-file.ts"
import { project } from "../../../engine/testing/project.ts"
import { gitIn } from "../support/git.ts"

const lockFile = "experiments/one.lock.json"

/** @param metric what the metric of each item is called @param score a term over the item's `text` */
const module = (items: ReadonlyArray<string>, score: string, metric = "score") => ({
  "experiments/one.ts": `import { Schema } from "effect"
import { each, experiment, many, stage } from "refold"
export const list = stage("list", {
  params: Schema.Struct({ items: Schema.Array(Schema.String) }), inputs: {}, outputs: { items: "value", files: "folder:txt" },
  run: ({ params: { items } }) => ({
    items: [...items],
    files: new Map(items.map((item) => [item + ".txt", new TextEncoder().encode(item)])),
  }),
})
export const measure = stage("measure", {
  params: Schema.Struct({ text: Schema.String }), inputs: {}, outputs: { metrics: "metrics" },
  run: ({ params: { text } }) => ({ metrics: { ${metric}: ${score} } }),
})
export const count = stage("count", {
  params: Schema.Struct({}), inputs: { text: "txt" }, outputs: { metrics: "metrics" },
  run: ({ inputs }) => { const text = new TextDecoder().decode(inputs.text); return { metrics: { letters: ${score} } } },
})
export const mean = stage("mean", {
  params: Schema.Struct({}), inputs: { all: many("metrics") }, outputs: { metrics: "metrics" },
  run: ({ inputs: { all } }) => ({ metrics: { mean: Object.values(all).reduce((sum, { ${metric}: one }) => sum + one, 0) } }),
})
export default experiment("one", {}, () => {
  const { items, files } = list({ items: ${JSON.stringify(items)} })
  const measured = each("texts", items, (text: string) => measure({ text }).metrics)
  return { test: mean({}, { all: measured }), measured, counted: each("files", files, (text) => count({}, { text }).metrics) }
})
`,
})
const locked = async (t: Test, ...given: Parameters<typeof module>) => {
  const lab = project(t, {
    "package.json": '{"type":"module"}',
    ".gitignore": "artifacts\nnode_modules\n",
    ...module(...given),
  })
  t.equal((await lab.json("--exp", "one", "--update-lock")).code, 0)
  gitIn(lab.root, "init", "-q", "-b", "base")
  gitIn(lab.root, "add", ".")
  gitIn(lab.root, "commit", "-qm", "one")
  return lab
}

t.test("tasks of groups are paired by their items, with a run and with two lock files alone", async (t) => {
  const lab = await locked(t, ["a", "bb", "ccc"], "text.length")
  lab.write(module(["a", "bb", "dddd"], "text.length + 1"))
  const ran = await lab.json("--exp", "one", "--against", "base", "--update-lock")
  const expected = {
    rows: [
      { metric: "test.mean", before: 6, today: 10, difference: 4, pairs: 1 },
      { metric: "measure@texts=a score", before: 1, today: 2, difference: 1, pairs: 1 },
      { metric: "measure@texts=bb score", before: 2, today: 3, difference: 1, pairs: 1 },
      { metric: "count letters", before: 1.5, today: 2.5, pairs: 2, difference: 1 },
    ],
    onlyToday: ["measure@texts=dddd score"],
    onlyThen: ["count@files=ccc.txt letters", "measure@texts=ccc score"],
  }
  t.match(ran.of("compared"), [expected])
  const shown = async () =>
    JSON.parse((await lab.plain("show", "--exp", "one", "--against", "base", "--json")).stdout)
  t.match(await shown(), { ...expected, today: ran.of("run-finished")[0]!.run })
  rmSync(join(lab.root, "artifacts"), { recursive: true })
  const alone = await shown()
  t.match(alone, { ...expected, today: null })
  t.notOk("unread" in alone)
})

t.test(
  "a large group's metrics stand in no lock: they are read where the store has them, else named",
  async (t) => {
    const lab = await locked(t, ["a", "bb"], "text.length", "m".repeat(70_000))
    const { groups } = parseLock(lab.read(lockFile), lockFile)
    t.notMatch(JSON.stringify(groups.texts), /mmm/)
    t.match(JSON.stringify(groups.files), /letters/, "each group for itself")
    lab.write(module(["a", "bb"], "text.length + 1", "m".repeat(70_000)))
    const [there] = (await lab.json("--exp", "one", "--against", "base", "--update-lock")).of("compared")
    t.match(
      there!.rows.find(({ metric }) => metric.startsWith("measure@texts=a ")),
      { difference: 1 },
    )
    t.notOk("unread" in there!)

    rmSync(join(lab.root, "artifacts"), { recursive: true })
    const alone = await lab.plain("show", "--exp", "one", "--against", "base", "--json")
    t.match(JSON.parse(alone.stdout), { unread: ["measure@texts=a", "measure@texts=bb"] })
    const told = await lab.plain("show", "--exp", "one", "--against", "base", "--markdown")
    t.match(told.stdout, /not compared: measure@texts=a, measure@texts=bb/)
  },
)
