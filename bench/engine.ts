// The engine's own cost: trivial tasks, as whole processes, in rounds of all cases in turn; medians. They run in the coordinator,
// but for those of --workers. Cold is an empty store and nothing remembered, not even bundles. Beside it GNU make, doit, snakemake,
// DVC, redun and wireit, those that are installed, with the same tasks: each writes one small file.
// Usage: npm run -s bench:engine -- [--tasks 200,1000,10000] [--workers 2000] [--rounds 5] [--peers make,doit,…|none] [--peer-tasks 1000]
// With --profile "no change,plan,status,why,gc": where the processor time of these goes, for each number of tasks, instead.
import { mkdtempSync, rmSync } from "node:fs"
import { availableParallelism, cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { type Peer, peers } from "./engine/peers.ts"
import { profiles } from "./engine/profile.ts"
import { type OwnProject, ownProject, questions } from "./engine/project.ts"
import { type Command, type Sample, sample } from "./engine/sample.ts"
import { median, printTable, type Row } from "./engine/table.ts"

const { values: given } = parseArgs({
  options: {
    tasks: { type: "string", default: "200,1000,10000" },
    workers: { type: "string", default: "2000" },
    rounds: { type: "string", default: "5" },
    peers: { type: "string", default: "make,doit,snakemake,dvc,redun,wireit" },
    "peer-tasks": { type: "string", default: "1000" },
    profile: { type: "string" },
  },
})
const numbers = (text: string): ReadonlyArray<number> => text.split(",").filter(Boolean).map(Number)
const sizes = numbers(given.tasks)
const rounds = Number(given.rounds)
const wanted = given.peers === "none" ? [] : given.peers.split(",")

interface Case {
  readonly name: string
  readonly tasks: number
  readonly run: (round: number) => Sample
  readonly samples: Array<Sample>
}

const folder = mkdtempSync(join(tmpdir(), "refold-bench-"))
try {
  console.log(
    `Refold on Node ${process.version}, ${process.platform} ${process.arch}, ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores; ${rounds} rounds`,
  )
  if (given.profile === undefined) compare()
  else profile(given.profile.split(","))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function profile(names: ReadonlyArray<string>): void {
  for (const tasks of sizes) {
    const own = ownProject(join(folder, String(tasks)), tasks)
    for (let warm = 0; warm < 2; warm++) sample(own.command)
    const commandOf = (name: string): Command =>
      name === "no change" ? own.command : own[questions.find((each) => each === name)!]
    console.log(`\n${tasks} tasks, under the profiler, means\n`)
    printTable(profiles(Object.fromEntries(names.map((name) => [name, commandOf(name)])), rounds))
  }
}

function compare(): void {
  const projects = sizes.map((tasks) => [ownProject(join(folder, String(tasks)), tasks), tasks] as const)
  const inWorkers = numbers(given.workers).flatMap((tasks) =>
    casesOf("in workers, ", ownProject(join(folder, `${tasks}-in-workers`), tasks, true), tasks),
  )
  const version: Case = {
    name: "--version",
    tasks: 0,
    run: () => sample(projects[0]![0].version),
    samples: [],
  }
  const cases: ReadonlyArray<Case> = [
    version,
    ...projects.flatMap(([own, tasks]) => [...casesOf("", own, tasks), ...questionsOf(own, tasks)]),
    ...inWorkers,
  ]
  for (const each of cases.slice(0, 3)) each.run(0) // dist/ is built, and what V8 compiles for it is kept
  for (let round = 0; round < rounds; round++) for (const each of cases) each.samples.push(each.run(round))
  console.log("medians of all cases in turn\n")
  printTable(cases.map((each) => ownRow(each, secondsOf(version))))

  const present = Object.entries(peers).flatMap(([name, make]) => {
    if (!wanted.includes(name)) return []
    const made = make(join(folder, name), Number(given["peer-tasks"]))
    if (made === undefined) console.log(`\n${name} is not installed here: left out`)
    return made === undefined ? [] : [{ name, ...made }]
  })
  if (present.length === 0) return
  const others = present.flatMap((peer) => casesOf(`${peer.name} `, peer, peer.tasks))
  for (const each of others) {
    const isSlow = (): boolean => each.samples.some(({ seconds }) => seconds > 20)
    for (let round = 0; round < rounds && !isSlow(); round++) each.samples.push(each.run(round))
  }
  console.log(`\nothers: ${present.map(({ version }) => version).join(", ")}; one after the other, medians\n`)
  printTable(others.map((each) => peerRow(each, cases)))
}

/** Of what the cases before it left. */
function questionsOf(own: OwnProject, tasks: number): ReadonlyArray<Case> {
  return questions.map((name) => ({ name, tasks, run: () => sample(own[name]), samples: [] }))
}

/** In this order: each finds what the one before it left. */
function casesOf(prefix: string, peer: Peer, tasks: number): ReadonlyArray<Case> {
  const of = (name: string, run: Case["run"]): Case => ({ name: `${prefix}${name}`, tasks, run, samples: [] })
  return [
    of("cold", () => {
      peer.forget()
      return sample(peer.command)
    }),
    of("no change", () => sample(peer.command)),
    of("one change", (round) => sample(peer.change(round))),
  ]
}

function secondsOf({ samples }: Case): number {
  return median(samples.map(({ seconds }) => seconds))
}

function ownRow(each: Case, base: number): Row {
  const { name, tasks, samples } = each
  const seconds = secondsOf(each)
  return {
    case: name,
    tasks: tasks === 0 ? "" : String(tasks),
    seconds: seconds.toFixed(3),
    "user + sys": cpuOf(each),
    "over --version": tasks === 0 ? "" : `${(seconds - base).toFixed(3)} s`,
    "a task": tasks === 0 ? "" : `${(((seconds - base) / tasks) * 1e6).toFixed(0)} µs`,
    "peak memory": memoryOf(samples),
  }
}

function peerRow(each: Case, own: ReadonlyArray<Case>): Row {
  const { name, tasks, samples } = each
  const seconds = secondsOf(each)
  const ours = own.find((other) => other.tasks === tasks && name.endsWith(` ${other.name}`))
  return {
    case: name,
    tasks: String(tasks),
    seconds: seconds.toFixed(3),
    "user + sys": cpuOf(each),
    "of Refold's": ours === undefined ? "" : `${(seconds / secondsOf(ours)).toFixed(2)} ×`,
    "a task": `${((seconds / tasks) * 1e6).toFixed(0)} µs`,
    "peak memory": memoryOf(samples),
  }
}

function cpuOf({ samples }: Case): string {
  const known = samples.flatMap(({ cpu }) => cpu ?? [])
  return known.length === 0 ? "?" : median(known).toFixed(2)
}

function memoryOf(samples: ReadonlyArray<Sample>): string {
  const known = samples.flatMap(({ memory }) => memory ?? [])
  return known.length === 0 ? "?" : `${median(known).toFixed(0)} MB`
}
