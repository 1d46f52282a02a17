// A project whose stages use whatever they should not, in their functions and at the top level of their modules, by themselves and
// through a package.
import { type Project, project } from "../../../engine/testing/project.ts"
import type { Teardown } from "../../../engine/testing/temporary-folder.ts"

/** Of a package: what it does for itself, and what it does for who calls it. */
const tool = `
import { randomBytes, randomUUID } from "node:crypto"
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { execFileSync } from "node:child_process"
export const atLoading = [Math.random(), randomUUID(), Date.now(), process.pid]
export const manifest = existsSync("package.json")
export const drawn = () => [Math.random(), randomBytes(4).toString("hex"), randomUUID()]
export const now = () => Date.now()
export const read = (path) => readFileSync(path, "utf8")
export const look = (path) => [existsSync(path), statSync(path, { throwIfNoEntry: false }) ?? null]
export const start = () => execFileSync("true")
export const keep = (text) => {
  const folder = mkdtempSync(join(tmpdir(), "tool-"))
  writeFileSync(join(folder, "kept"), text)
  const kept = readFileSync(join(folder, "kept"), "utf8")
  rmSync(folder, { recursive: true })
  return kept
}
`

/** Of a package that starts a process as it is loaded. */
const starter = `
import { execFileSync } from "node:child_process"
export const version = execFileSync(process.execPath, ["-p", "1"], { env: {} }).toString().trim()
`

const head = `
import * as crypto from "node:crypto"
import * as fs from "node:fs"
import * as processes from "node:child_process"
import * as os from "node:os"
import dgram from "node:dgram"
import dns from "node:dns"
import http from "node:http"
import net from "node:net"
import { inspect, promisify } from "node:util"
import { Worker } from "node:worker_threads"
import { createRequire } from "node:module"
import { Schema } from "effect"
import { stage } from "refold"
`

const acts = (of: Readonly<Record<string, string>>): string =>
  Object.entries(of)
    .map(([name, act]) => `${JSON.stringify(name)}: () => ${act},`)
    .join("\n")

/** A stage by its name, whose param says which of these expressions it gives. */
const acting = (name: string, of: Readonly<Record<string, string>>, more: string): string => `${head}
import * as tool from "tool"
${more.includes("starter") ? 'import * as starter from "starter"' : ""}
const acts: Record<string, () => unknown> = {
${acts(of)}
}
export const ${name} = stage("${name}", {
  params: Schema.Struct({ what: Schema.String, n: Schema.Number }), inputs: {}, outputs: { out: "value" }, ${more}
  run: ${more.includes("inProcess") ? "" : "async "}({ params }) => ({ out: ${more.includes("inProcess") ? "" : "await "}acts[params.what]!() ?? null }) as never,
})`

const wiring = (name: string): string => `
import { Schema } from "effect"
import { experiment } from "refold"
import { ${name} } from "../stages/${name}.ts"
const acts = Schema.Array(Schema.String).annotations({ default: [] })
export default experiment("${name}", { acts }, ({ acts }) => acts.map((what, n) => ${name}({ what, n })))`

export interface Trapped extends Project {
  /** What acts of a stage gave, or the message that they failed with, and what their tasks printed. */
  readonly outcomes: (
    stage: string,
    acts: ReadonlyArray<string>,
    env?: Readonly<Record<string, string>>,
  ) => Promise<
    Readonly<Record<string, { readonly out?: string; readonly error?: string; readonly log: string }>>
  >
}

/** @param stages acts by name, by the stage's name @param more of a stage's definition: its allowances */
export function trappedProject(
  t: Teardown,
  stages: Readonly<Record<string, Readonly<Record<string, string>>>>,
  more: Readonly<Record<string, string>> = {},
): Trapped {
  const names = Object.keys(stages)
  const lab = project(t, {
    "package.json": '{"type":"module"}',
    "data.csv": "1",
    "node_modules/tool/package.json":
      '{"name":"tool","version":"1.0.0","type":"module","exports":"./index.js"}',
    "node_modules/tool/index.js": tool,
    "node_modules/starter/package.json":
      '{"name":"starter","version":"1.0.0","type":"module","exports":"./index.js"}',
    "node_modules/starter/index.js": starter,
    ...Object.fromEntries(
      names.map((name) => [`stages/${name}.ts`, acting(name, stages[name]!, more[name] ?? "")]),
    ),
    ...Object.fromEntries(names.map((name) => [`experiments/${name}.ts`, wiring(name)])),
  })
  const outcomes: Trapped["outcomes"] = async (stage, acts, env = {}) => {
    const set = ["--set", `acts=${JSON.stringify(acts)}`, "--force", stage]
    const ran = await lab.start(["--exp", stage, "--keep-going", "--jobs", "1", "--json", ...set], env).ended
    const told = new Map(ran.of("task-finished").map((event) => [event.task, event]))
    const log = (task: string): string =>
      ran
        .of("printed")
        .filter((event) => event.task === task)
        .map(({ text }) => text)
        .join("")
    return Object.fromEntries(
      [...told].map(([task, { outputs, error }]) => {
        const what = /what=([^+]*)/.exec(task)?.[1] ?? acts[0]!
        return [
          what,
          {
            ...(outputs?.out === undefined ? {} : { out: objectOf(lab, outputs.out) }),
            ...(error === undefined ? {} : { error: `${error.tag}: ${error.message}` }),
            log: log(task),
          },
        ]
      }),
    )
  }
  return { ...lab, outcomes }
}

const objectOf = (lab: Project, digest: string): string =>
  lab.read(`artifacts/objects/${digest.slice(0, 2)}/${digest.slice(2)}`)
