import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { digestOf } from "../../../engine/content/digest.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"
import { importForm } from "../../../engine/worker/inside/import-stage.ts"
import { checkedBytes } from "../../../engine/worker/inside/input-bytes.ts"
import { performTask } from "../../../engine/worker/inside/perform-task.ts"
import type { ResultFile, TaskFile } from "../../../engine/worker/protocol.ts"

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
  const changed = change({
    protocol: 2,
    label: "count",
    stage: "count",
    form: null,
    code: join(folder, "count.mjs"),
    isFresh: false,
    params: { times: 2 },
    inputs: { text: { kind: "text:train", digest: digestOf("four"), path: join(folder, "input") } },
    allow: [],
    files: {},
    settings: {},
  } as Partial<TaskFile> as TaskFile)
  const task: TaskFile = { ...changed, codeDigest: digestOf(readFileSync(changed.code)) }
  const raised: Array<string> = []
  const result = await performTask(task, folder, {
    nudge: () => {},
    print: () => {},
    enter: () => raised.push("up"),
    leave: () => raised.push("down"),
    outside: (own) => own(),
    draw: () => {},
    isShared: false,
    scratch: "",
    now: () => 0,
    cores: () => 1,
    form: importForm,
    read: checkedBytes,
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

/** A chain whose live states are counted where they are opened and closed. */
const opening = `
  import { Schema } from ${JSON.stringify(import.meta.resolve("effect"))}
  const open = new Set()
  globalThis[Symbol.for("open states")] = open
  export const stage = { _tag: "Stage", stageName: "open", definition: {
    params: Schema.Struct({ fails: Schema.Boolean }), inputs: {}, outputs: { out: "value" }, unit: "turn",
    chain: {
      finishing: [], length: () => 2, stops: () => false, isRecord: () => false,
      start: ({ params, provided }) => { const state = { at: 0, params, provided }; open.add(state); return state },
      advance: (state, n) => { if (state.params.fails) throw new Error("as told"); state.at = n; return { n } },
      save: ({ at }) => Uint8Array.of(at), restore: (state, [at]) => { state.at = at },
      finish: () => ({ out: open.size }), close: (state) => open.delete(state),
    },
  } }`
const provider = `let times = 0; export const provide = (options) => ({ options, times: ++times })`

t.test("a chain's live state is closed, whether it ends well or not", async (t) => {
  for (const fails of [false, true]) {
    const result = await performed(t, (task) => {
      writeFileSync(task.code, opening)
      return { ...task, stage: "open", params: { fails }, inputs: {} }
    })
    t.equal(result.status, fails ? "failed" : "done")
    const open = (globalThis as Record<symbol, unknown>)[Symbol.for("open states")] as Set<unknown>
    t.equal(open.size, 0)
  }
})

t.test("what numerics provide is made once a worker, with the options that they give", async (t) => {
  const folder = temporaryFolder(t)
  writeFiles(folder, { "provider.mjs": provider })
  const module = join(folder, "provider.mjs")
  const given = { module, digest: digestOf(provider), options: { colour: "red" } }
  const asking = `
    import { Schema } from ${JSON.stringify(import.meta.resolve("effect"))}
    export const stage = { _tag: "Stage", stageName: "ask", definition: {
      params: Schema.Struct({}), inputs: {}, outputs: { told: "value" }, run: ({ provided }) => ({ told: provided ?? "none" }),
    } }`
  const told = async (change: (task: TaskFile) => TaskFile): Promise<string> => {
    const result = await performed(t, (task) => {
      writeFileSync(task.code, asking)
      return change({ ...task, stage: "ask", params: {}, inputs: {} })
    })
    return result.status === "done"
      ? readFileSync(join(result.folder, result.outputs.told!.file), "utf8")
      : result.error.message
  }
  for (let i = 0; i < 2; i++)
    t.equal(await told((task) => ({ ...task, provider: given })), '{"options":{"colour":"red"},"times":1}')
  t.equal(await told((task) => ({ ...task, provider: { ...given, options: 2 } })), '{"options":2,"times":2}')
  t.equal(await told((task) => task), '"none"')
  writeFileSync(module, `${provider} // edited`)
  t.match(
    await told((task) => ({ ...task, provider: { ...given, options: 3 } })),
    /provider\.mjs, a copy of .* has the digest/,
  )
})

t.test("a copy of what a task computes with is checked before the stage runs", async (t) => {
  const folder = temporaryFolder(t)
  writeFiles(folder, { kernels: "A" })
  const given = (bytes: string) => (task: TaskFile) => ({
    ...task,
    files: { kernels: join(folder, "kernels") },
    fileDigests: { kernels: digestOf(bytes) },
  })
  t.equal((await performed(t, given("A"))).status, "done")
  t.match(await failing(t, given("B")), {
    tag: "CopyChanged",
    message: /kernels, a copy of kernels, has the digest/,
  })
})
