// The configuration of a project: what is refused names the file, and what it says is told.
import { mkdirSync } from "node:fs"
import { join, resolve } from "node:path"
import t, { type Test } from "tap"
import "../../../engine/code/lend-declare.ts"
import { config } from "../../../engine/cli/doctor/config.ts"
import { foldersOf, noConfig, projectConfig } from "../../../engine/session/config.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"

function root(t: Test, files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder(t)
  writeFiles(folder, { "package.json": '{"type":"module"}', ...files })
  mkdirSync(join(folder, "node_modules"), { recursive: true })
  return folder
}
const defined = (fields: string): string =>
  `import { defineConfig } from "refold"\nexport default defineConfig(${fields})`

t.test("a project without a configuration has an empty one; with one, what it says", async (t) => {
  t.same(await projectConfig(root(t, {})), { file: undefined, limits: {}, policy: {} })
  for (const file of ["refold.config.ts", "refold.config.mjs"]) {
    const folder = root(t, { [file]: defined("{ policy: { fit: { timeout: 60 } } }") })
    t.same(await projectConfig(folder), { file, limits: {}, policy: { fit: { timeout: 60 } } })
  }
})

t.test("a folder is the one that an option names, else the configuration, else the usual one", async (t) => {
  const folder = root(t, { "refold.config.ts": defined('{ artifacts: "kept/here", data: "/data" }') })
  const config = await projectConfig(folder)
  t.same(foldersOf(folder, config, {}), {
    artifacts: { path: join(folder, "kept", "here"), by: "refold.config.ts" },
    data: { path: resolve("/data"), by: "refold.config.ts" },
  })
  t.same(foldersOf(folder, config, { artifacts: "mine", data: "yours" }), {
    artifacts: { path: resolve("mine"), by: "--artifacts" },
    data: { path: resolve("yours"), by: "--data" },
  })
  t.same(foldersOf(folder, noConfig, {}), {
    artifacts: { path: join(folder, "artifacts"), by: undefined },
    data: undefined,
  })
})

t.test("whatever is wrong with a configuration names its file", async (t) => {
  const wrong: Readonly<Record<string, readonly [string, RegExp]>> = {
    "a word too many": ["export default defineConfig(", /^refold\.config\.ts:1:\d+: /],
    "an unknown field": [
      defined("{ polcy: {} }"),
      /^refold\.config\.ts:2:16: .*no field "polcy"; did you mean "policy"\?/,
    ],
    "a policy's field beside those of stages": [
      defined("{ timeout: 60 }"),
      /^refold\.config\.ts:2:16: .*no field "timeout"; it is said of a stage: \{ policy: \{ train: \{ timeout: … \} \} \}/,
    ],
    "a policy's inner field beside the outer": [
      defined("{ policy: { fit: { cores: 2 } } }"),
      /^refold\.config\.ts:2:16: .*no "cores"; did you mean "resources\.cores"\?/,
    ],
    "an unknown inner field": [
      defined("{ policy: { fit: { resources: { core: 2 } } } }"),
      /^refold\.config\.ts:2:16: .*no "resources\.core"; did you mean "resources\.cores"\?/,
    ],
    "an unknown field of a limit": [
      defined('{ limits: { api: { stages: ["ask"], perminute: 1 } } }'),
      /^refold\.config\.ts:2:16: .*limits\.api has no "perminute"; did you mean "perMinute"\?/,
    ],
    "a limit of memory under another name": [
      defined('{ limits: { memroy: "8GB" } }'),
      /^refold\.config\.ts:2:16: .*limits\.memroy is "8GB": .*did you mean "limits\.memory"\?/,
    ],
    "half a core": [
      defined("{ policy: { fit: { resources: { cores: 1.5 } } } }"),
      /^refold\.config\.ts:2:16: .*resources\.cores is 1\.5: a whole number from 1 is wanted/,
    ],
    "not a number": [
      defined('{ limits: { api: { stages: ["ask"], atOnce: Number.NaN } } }'),
      /^refold\.config\.ts:2:16: .*limits\.api\.atOnce is NaN: a whole number from 1 is wanted/,
    ],
    "a size without a unit": [
      defined("{ policy: { fit: { resources: { memory: 8 } } } }"),
      /^refold\.config\.ts:2:16: .*resources\.memory is 8: a size is wanted, such as 5GB/,
    ],
    "a throw of its own": [
      "const memory = undefined as never as string\nexport default memory.trim()",
      /^refold\.config\.ts:2:23: Cannot read properties of undefined/,
    ],
    "a package that is not there": [
      'import left from "left-pad-that-is-not-there"\nexport default left()',
      /refold\.config\.ts.*left-pad-that-is-not-there/s,
    ],
    "a wrong value": [
      defined("{ policy: { fit: { retries: -1 } } }"),
      /^refold\.config\.ts:2:16: .*retries is -1/,
    ],
    "a throw elsewhere": ['import "./lib/part.ts"', /^refold\.config\.ts: lib\/part\.ts:1:7: no$/],
    "no export": ["const x = 1", /^refold\.config\.ts exports no configuration: export default defineConfig/],
    "a plain object": ["export default { policy: {} }", /^refold\.config\.ts exports no configuration/],
  }
  for (const [name, [text, message]] of Object.entries(wrong)) {
    const folder = root(t, { "refold.config.ts": text, "lib/part.ts": 'throw new Error("no")' })
    await t.rejects(projectConfig(folder), { _tag: "ConfigError", message }, name)
  }
  for (const name of ["refold.config.cjs", "refold.config.json"])
    await t.rejects(projectConfig(root(t, { [name]: "{}" })), {
      message: `${name} is not read: call it refold.config.ts (or refold.config.mts, refold.config.js, refold.config.mjs), and export default defineConfig({ … }) from it`,
    })
  const both = root(t, { "refold.config.ts": defined("{}"), "refold.config.js": defined("{}") })
  await t.rejects(projectConfig(both), {
    message: /refold\.config\.ts and refold\.config\.js are both there/,
  })
})

t.test("doctor says where the configuration lies, what it gives, and which stages nothing has", async (t) => {
  const about = (folder: string) =>
    config.ask({
      ...{ root: folder, artifacts: "/kept", cache: "", data: "/given", seconds: 0 },
      by: { artifacts: "refold.config.ts", data: "--data" },
    })
  t.match(await about(root(t, {})), [{ status: "missing", found: "no refold.config.ts" }])
  t.match(await about(root(t, { "refold.config.ts": "null.x" })), [
    { status: "broken", found: /^refold\.config\.ts:1:6/ },
  ])
  const policy = `{ policy: { "told-by-doctor": { timeout: 60, retries: 2, resources: { memory: "2GB" } }, "told-by-docter": { retries: 1 } },
      artifacts: "kept", keep: "5GB", limits: { memory: "3GB", api: { stages: ["told-by-doctr"], perMinute: 60 } } }`
  const folder = root(t, {
    "refold.config.ts": defined(policy),
    "experiments/one.ts": `import { experiment, stage } from "refold"
export const told = stage("told-by-doctor", { params: {} as never, inputs: {}, outputs: {}, run: () => ({}) })
export default experiment("one", {}, () => told({}))`,
    "experiments/torn.ts": "export default experiment(",
  })
  t.match(await about(folder), [
    { name: "file", status: "ok", found: `${join(folder, "refold.config.ts")}: policy of 2 stages, 1 limit` },
    { name: "artifacts", found: "/kept (refold.config.ts)" },
    { name: "data", found: "/given (--data)" },
    { name: "memory", found: /^3GB \(refold\.config\.ts\)/ },
    { name: "keep", found: "5GB (refold.config.ts)" },
    {
      name: "api",
      status: "missing",
      found: /^told-by-doctr: 60 a minute, which nothing takes: .*did you mean/,
    },
    { name: "told-by-doctor", status: "ok", found: "timeout 60 s, retries 2, memory 2GB" },
    {
      name: "told-by-docter",
      status: "missing",
      found: /no stage "told-by-docter"; did you mean "told-by-doctor"/,
    },
  ])
})
