// `npm run docs:runs [-- --artifacts DIR] NAME …`: runs experiments with other than their default params, as other-runs.ts declares
// them, and keeps their figures for the pages.
import { execFileSync } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { decodeContent, type Row } from "../../engine/content/kind.ts"
import type { AnyExperiment } from "../../engine/declare/experiment.ts"
import { encodeExperimentParams, experimentParams } from "../../engine/declare/params.ts"
import { suggest } from "../../engine/declare/suggest.ts"
import { commandOf, type DeclaredRun, declaredRuns, type OtherRun, runPath } from "./other-runs.ts"

const root = resolve(fileURLToPath(import.meta.url), "../../..")

interface Shown {
  readonly metrics: Readonly<Record<string, number>>
  readonly outputs: Readonly<Record<string, { readonly kind: string; readonly path: string }>>
}

const pipeline = (args: ReadonlyArray<string>, stdout: "inherit" | "pipe"): string =>
  String(
    execFileSync(process.execPath, [join(root, "engine/build/launch.mjs"), ...args], {
      cwd: root,
      stdio: ["ignore", stdout, "inherit"],
      maxBuffer: 1e9,
    }),
  )

async function kept(declared: DeclaredRun, place: ReadonlyArray<string>): Promise<OtherRun> {
  const { experiment: name, set, tables } = declared
  pipeline(["--exp", name, ...set.flatMap((assignment) => ["--set", assignment]), ...place], "inherit")
  const shown = JSON.parse(pipeline(["show", "--exp", name, "--json", ...place], "pipe")) as Shown
  const { default: experiment } = (await import(`../../experiments/${name}.ts`)) as { default: AnyExperiment }
  const content = (result: string): unknown => {
    const output = shown.outputs[result]
    if (output === undefined)
      throw new RangeError(`${name} gives no "${result}"${suggest(result, Object.keys(shown.outputs))}`)
    return decodeContent(output.kind, readFileSync(output.path))
  }
  const values = Object.entries(shown.outputs).filter(([, { kind }]) => kind.split(":", 1)[0] === "value")
  return {
    command: commandOf(declared),
    params: encodeExperimentParams(experiment, experimentParams(experiment, set)) as OtherRun["params"],
    metrics: shown.metrics,
    values: Object.fromEntries(values.map(([result]) => [result, content(result)])),
    tables: Object.fromEntries(tables.map((table) => [table, content(table) as ReadonlyArray<Row>])),
  }
}

const args = process.argv.slice(2)
const at = args.indexOf("--artifacts")
const place = at < 0 ? [] : args.splice(at, 2)
const names = args.length > 0 ? args : Object.keys(declaredRuns)
for (const name of names) {
  const declared = declaredRuns[name]
  if (declared === undefined)
    throw new RangeError(`no run "${name}"${suggest(name, Object.keys(declaredRuns))}`)
  const path = join(root, runPath(name))
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(await kept(declared, place), null, 1)}\n`)
  console.log(`${runPath(name)}: ${commandOf(declared)}`)
}
