// Where a run's processor time goes: V8's sampling profile of whole processes, each sample under the part of the engine
// whose function is nearest on its stack.
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Command } from "./sample.ts"
import type { Row } from "./table.ts"

/** Functions of the engine, and of what it stands on, by name, without the number that the bundler may have put after it. */
const parts: ReadonlyArray<readonly [part: string, functions: ReadonlyArray<string>]> = [
  ["a checkout's dist/ compared with its sources", ["freshen", "build"]],
  ["the engine's compiled code, read and checked", ["runScript", "Script", "keptPath"]],
  ["git asked for the commit", ["currentCommit", "execFile", "spawn"]],
  [
    "SQLite loaded, the ledger opened and closed",
    [
      "sqliteChoice",
      "openDatabase",
      "openForReading",
      "resultsIn",
      "historyIn",
      "claimsIn",
      "linksIn",
      "close",
    ],
  ],
  ["the experiment loaded and wired", ["loadExperiment", "experimentParams", "namedOutputs", "wire"]],
  ["the plan: tasks, kinds, labels", ["planning", "plannedTasks", "planOf", "restrictTo"]],
  ["bundles of stages checked", ["stageCodes", "rememberedBundle", "closure", "bundlerIdentity"]],
  ["keys: params and fingerprints encoded, hashed", ["resolve", "preImage", "keyOf", "encodeParams"]],
  ["look-ups: results in the ledger, objects in the store", ["find", "outputs", "missingObject", "has"]],
  ["reasons: earlier results read and compared", ["whyMade", "whyMissing", "reasons", "differences"]],
  ["history written", ["recordTasks", "beginRun", "endRun"]],
  [
    "the folder of results, the page, the lock",
    ["present", "writeRunFolder", "namesDigest", "compareWithLock"],
  ],
  ["what is told", ["emit", "print", "told", "linesOf"]],
  ["gc: objects listed", ["listed", "list"]],
  ["gc: the ledger read", ["surveyed", "surveyedLinks", "surveyedResults", "keptKeys", "page"]],
  ["gc: what may go", ["garbageIn", "looseObjects", "leftIn", "overBound"]],
  ["modules of the engine, Effect and its command line set up", ["module code"]],
  ["garbage collected", ["(garbage collector)"]],
]
const partOf = new Map(parts.flatMap(([part, functions]) => functions.map((name) => [name, part] as const)))

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  readonly children?: ReadonlyArray<number>
}
interface Profile {
  readonly nodes: ReadonlyArray<ProfileNode>
  readonly samples: ReadonlyArray<number>
  readonly timeDeltas: ReadonlyArray<number>
}

/** Milliseconds in each part, by command: means over `rounds` runs; what no part names is the runtime and the rest. */
export function profiles(commands: Readonly<Record<string, Command>>, rounds: number): ReadonlyArray<Row> {
  const all = Object.entries(commands).map(([name, command]) => [name, profiled(command, rounds)] as const)
  const inAll = (part: string): number => all.reduce((sum, [, spent]) => sum + (spent.get(part) ?? 0), 0)
  const names = [...new Set(all.flatMap(([, spent]) => [...spent.keys()]))]
  return names
    .toSorted((a, b) => inAll(b) - inAll(a))
    .map((part) => ({
      "ms in": part,
      ...Object.fromEntries(all.map(([name, spent]) => [name, ((spent.get(part) ?? 0) * 1000).toFixed(0)])),
    }))
}

function profiled({ program, args, cwd }: Command, rounds: number): ReadonlyMap<string, number> {
  const spent = new Map<string, number>()
  for (let round = 0; round < rounds; round++) {
    const folder = mkdtempSync(join(tmpdir(), "refold-profile-"))
    try {
      const flags = ["--cpu-prof", "--cpu-prof-interval", "100", "--cpu-prof-dir", folder]
      spawnSync(program, [...flags, ...args], { cwd, stdio: "ignore" })
      const text = readFileSync(join(folder, readdirSync(folder)[0]!), "utf8")
      for (const [part, seconds] of sorted(JSON.parse(text)))
        spent.set(part, (spent.get(part) ?? 0) + seconds / rounds)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return spent
}

function sorted({ nodes, samples, timeDeltas }: Profile): ReadonlyMap<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parent = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  )
  const known = new Map<number, string>()
  const find = (id: number | undefined): string => {
    if (id === undefined) return "Node, Effect's runtime and the rest"
    const found = known.get(id) ?? partOf.get(nameOf(byId.get(id)!)) ?? find(parent.get(id))
    known.set(id, found)
    return found
  }
  const spent = new Map<string, number>()
  for (const [i, id] of samples.entries()) {
    if (byId.get(id)!.callFrame.functionName === "(idle)") continue
    const part = find(id)
    spent.set(part, (spent.get(part) ?? 0) + timeDeltas[i]! / 1e6)
  }
  return spent
}

/** The outermost function of the script has no name: what it runs itself is modules being set up. */
const nameOf = ({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string =>
  functionName === "" && url.endsWith("pipeline.js") && lineNumber === 0
    ? "module code"
    : functionName.replace(/\d+$/, "")
