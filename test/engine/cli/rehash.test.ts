// in turn, in CI: it starts processes.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { digestOf } from "../../../engine/content/digest.ts"
import { project } from "../../../engine/testing/project.ts"

t.test(
  "an unchanged run believes what is remembered of its local files, and --rehash does not",
  async (t) => {
    const lab = project(t, {
      "package.json": `{ "type": "module" }`,
      "data/in.txt": "1",
      "stages/read.ts": `
      import { Schema } from "effect"
      import { stage } from "refold"
      export const read = stage("read", {
        params: Schema.Struct({}), inputs: { text: "txt" }, outputs: { out: "value" }, inProcess: true,
        run: ({ inputs }) => ({ out: inputs.text.length }),
      })`,
      "experiments/one.ts": `
      import { experiment, file } from "refold"
      import { read } from "../stages/read.ts"
      export default experiment("one", {}, () => read({}, { text: file("data/in.txt") }))`,
    })
    const planned = async (...args: ReadonlyArray<string>) =>
      (await lab.json("--exp", "one", "--plan", ...args)).of("planned").map(({ status }) => status)
    t.match((await lab.json("--exp", "one")).tasks, { read: "ran" })
    const memo = join(lab.root, "node_modules/.cache/refold/inputs/files-1.json")
    const [, json] = readFileSync(memo, "utf8").split("\n")
    const lie = json!.replace(digestOf("1"), digestOf("2"))
    t.not(lie, json)
    writeFileSync(memo, `${digestOf(lie)}\n${lie}`)
    t.same(await planned(), ["will-run"], "believed")
    t.same(await planned("--rehash"), ["cached"], "not believed")
    t.same(await planned(), ["cached"], "and the truth is remembered")
  },
)
