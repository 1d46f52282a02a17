import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { digestOf } from "../../engine/digest.ts"
import { perform } from "../../engine/worker/perform.ts"
import type { ResultFile, TaskFile } from "../../engine/worker/protocol.ts"
import { temporaryFolder, writeFiles } from "./support/folder.ts"

/** Code as a bundle holds it: a worker imports nothing else. */
const code = `
  import { Schema } from ${JSON.stringify(import.meta.resolve("effect"))}
  export const stage = { _tag: "Stage", stageName: "count", definition: {
    params: Schema.Struct({ times: Schema.Number }),
    inputs: { text: "text:train" }, outputs: { size: "value", copy: "text" },
    run: ({ params, inputs }) => ({ size: inputs.text.length * params.times, copy: inputs.text }),
  } }`

async function performed(
  t: Test,
  change: (task: TaskFile) => TaskFile,
): Promise<ResultFile & { folder: string }> {
  const folder = temporaryFolder(t)
  writeFiles(folder, { "count.mjs": code, input: "four" })
  const task: TaskFile = change({
    protocol: 1,
    label: "count",
    stage: "count",
    form: null,
    code: join(folder, "count.mjs"),
    params: { times: 2 },
    inputs: { text: { kind: "text:train", digest: digestOf("four"), path: join(folder, "input") } },
    allow: [],
    files: {},
    settings: {},
  } as Partial<TaskFile> as TaskFile)
  const raised: Array<string> = []
  const result = await perform(task, folder, {
    nudge: () => {},
    print: () => {},
    enter: () => raised.push("up"),
    leave: () => raised.push("down"),
    now: () => 0,
    cores: () => 1,
  })
  t.ok(raised.length === 0 || raised.at(-1) === "down", "traps come down again")
  return { ...(JSON.parse(JSON.stringify(result)) as ResultFile), folder }
}

const failing = async (t: Test, change: (task: TaskFile) => TaskFile) => {
  const result = await performed(t, change)
  return result.status === "failed" ? result.error : undefined
}
const text = (task: TaskFile) => task.inputs.text as { kind: string; digest: string; path: string }

t.test("a worker hands back blobs under the digests of their bytes", async (t) => {
  const result = await performed(t, (task) => task)
  if (result.status !== "done") return t.fail(result.error.message)
  const { size, copy } = result.outputs
  t.match(size, { kind: "value", digest: digestOf("8"), size: 1 })
  t.equal(readFileSync(join(result.folder, copy!.file), "utf8"), "four")
})

t.test("a worker checks the kinds of its inputs again", async (t) => {
  for (const kind of ["text", "text:test", "value"]) {
    const error = await failing(t, (task) => ({
      ...task,
      inputs: { text: { ...text(task), kind } as never },
    }))
    t.match(error, { message: `count takes text:train as "text", not ${kind}` })
  }
})

t.test("a worker checks the bytes of its inputs, and says which artifact is corrupt", async (t) => {
  const error = await failing(t, (task) => {
    writeFileSync(text(task).path, "foul")
    return { ...task, inputs: { text: { ...text(task), digest: digestOf("sane") } as never } }
  })
  t.match(error, { tag: "CorruptArtifact", corrupt: digestOf("sane"), message: /digest promises/ })
  const missing = await failing(t, (task) => ({
    ...task,
    inputs: { text: { ...text(task), path: "/nowhere", digest: digestOf("gone") } as never },
  }))
  t.match(missing, { tag: "CorruptArtifact", corrupt: digestOf("gone") })
})

t.test("a worker decodes params by the stage's schema, and refuses what does not fit", async (t) => {
  t.match(await failing(t, (task) => ({ ...task, params: { times: "two" } })), { message: /number/ })
  t.match(await failing(t, (task) => ({ ...task, params: { times: 2, more: 1 } })), { message: /more/ })
})

t.test("a worker refuses a bundle that exports another stage than the task's", async (t) => {
  t.match(await failing(t, (task) => ({ ...task, stage: "counts" })), {
    message: /does not export the stage "counts"/,
  })
  t.match(await failing(t, (task) => ({ ...task, form: "test" })), { message: /does not export/ })
})
