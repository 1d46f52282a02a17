// Runs `smoke` in a fresh store, kills it with SIGKILL at random moments (a worker, the coordinator, both), goes on to
// the end, and looks: every digest is the lock's, nothing that had finished ran twice, `gc` leaves no temporary file.
//
//     npm run test:long -- --only kills --runs 25 --seed 1 [--against run]
//
// With `--against run` digests are compared with those of an undisturbed run: while the lock awaits its renewal.
import { randomInt } from "node:crypto"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import type { Digest } from "../../engine/content/digest.ts"
import { type LockedTask, readLock } from "../../engine/lock/lock-file.ts"
import type { Event } from "../../engine/report/events.ts"
import { generator, seedOf } from "../../ml/statistics/random.ts"
import { type Ended, type Moment, pipeline, root, type Victim, victims } from "./pipeline.ts"

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "25" },
    seed: { type: "string" },
    against: { type: "string", default: "lock" },
  },
})
const runs = Number(values.runs)
if (values.against !== "lock" && values.against !== "run")
  throw new Error(`--against is "lock" or "run", not "${values.against}"`)
const seed = Number(values.seed ?? randomInt(1_000_000))
/** Kills before a run is left in peace. */
const killsAtMost = 3

interface Kill {
  readonly victim: Victim
  readonly moment: Moment
}

/** Kills of one run, anywhere in the time that a whole run takes; later ones earlier, as there is less left to do. */
function killsOf(run: number, { times }: Ended): ReadonlyArray<Kill> {
  const random = generator(seedOf(seed, "kill", run))
  return Array.from({ length: 1 + random.below(killsAtMost) }, (_, nth): Kill => {
    const at = times.at(-1)! * random.uniform() ** (nth + 1)
    const event = times.filter((time) => time <= at).length
    const wait = Math.round(at - (times[event - 1] ?? 0))
    return { victim: victims[random.below(victims.length)]!, moment: { event, wait } }
  })
}

const smoke = (artifacts: string, kill?: Kill): Promise<Ended> =>
  pipeline(["--exp", "smoke", "--artifacts", artifacts, "--json"], kill)

/** What had finished, as somebody who watched the events would know. */
interface Seen {
  readonly links: Set<string>
  readonly tasks: Set<string>
}

/** @returns what ran although it had been seen to finish */
function watch(seen: Seen, events: ReadonlyArray<Event>): ReadonlyArray<string> {
  return events.flatMap((event) => {
    const isLink = event.event === "link-finished"
    if ((!isLink && event.event !== "task-finished") || event.status !== "ran") return []
    const [finished, name] = isLink ? [seen.links, `${event.task}#${event.index}`] : [seen.tasks, event.task]
    if (finished.has(name)) return [`${name} ran again although it had finished`]
    finished.add(name)
    return []
  })
}

/** By task, the digests that it should give. */
type Expected = Readonly<Record<string, Pick<LockedTask, "outputs" | "states">>>

/** @returns each digest that is not as expected */
function compare(expected: Expected, events: ReadonlyArray<Event>): ReadonlyArray<string> {
  const found = digestsIn(events)
  const tasks = Object.entries(expected).flatMap(([task, { outputs }]) =>
    Object.entries(outputs).flatMap(([output, digest]) => {
      const given = found[task]?.outputs[output]
      return given === digest ? [] : [`${task} ${output} is ${given}`]
    }),
  )
  const links = events.flatMap((event) => {
    if (event.event !== "link-finished") return []
    const { task, index, state } = event
    return expected[task]?.states?.[index - 1] === state ? [] : [`${task}#${index} is ${state}`]
  })
  return [...tasks, ...links]
}

/** What events tell, the last of each task and link. */
function digestsIn(events: ReadonlyArray<Event>): Expected {
  const found: Record<string, { outputs: LockedTask["outputs"]; states: Array<Digest> }> = {}
  const of = (task: string) => (found[task] ??= { outputs: {}, states: [] })
  for (const event of events) {
    if (event.event === "task-finished") of(event.task).outputs = event.outputs as LockedTask["outputs"]
    if (event.event === "link-finished") of(event.task).states[event.index - 1] = event.state as Digest
  }
  return found
}

/** Files that nobody wanted to keep. */
const leftovers = (artifacts: string): ReadonlyArray<string> => [
  ...readdirSync(join(artifacts, "tmp")).map((name) => `tmp/${name}`),
  ...(readdirSync(artifacts, { recursive: true }) as Array<string>).filter((name) => name.endsWith(".part")),
]

/** @returns what went wrong */
async function endure(
  artifacts: string,
  kills: ReadonlyArray<Kill>,
  expected: Expected,
): Promise<ReadonlyArray<string>> {
  const seen: Seen = { links: new Set(), tasks: new Set() }
  const wrong: Array<string> = []
  const told: Array<Event> = []
  for (const kill of [...kills, undefined]) {
    const ended = await smoke(artifacts, kill)
    told.push(...ended.events)
    wrong.push(...watch(seen, ended.events))
    const isKilled = ended.signal === "SIGKILL" && kill !== undefined && kill.victim !== "worker"
    if (ended.code !== 0 && !isKilled)
      wrong.push(`it ended with ${ended.code ?? ended.signal}: ${ended.stderr}`)
    if (kill === undefined) continue
    const { victim, moment } = kill
    const links = seen.links.size
    console.log(
      `    ${ended.killed === 0 ? "nobody to kill" : `killed ${victim}`} ${moment.wait} ms after event ${moment.event}; ${links} epochs had finished`,
    )
  }
  wrong.push(...compare(expected, told))
  const freed = await pipeline(["gc", "--artifacts", artifacts])
  if (freed.code !== 0) wrong.push(`gc ended with ${freed.code}: ${freed.stderr}`)
  wrong.push(...leftovers(artifacts).map((name) => `${name} is left after gc`))
  const again = await smoke(artifacts)
  const ran = again.events.flatMap((event) =>
    event.event === "task-finished" && event.status !== "cached" ? [event.task] : [],
  )
  if (again.code !== 0 || ran.length > 0) wrong.push(`after gc it is not all cached: ${ran} ${again.stderr}`)
  return wrong
}

const folder = mkdtempSync(join(tmpdir(), "refold-kill-"))
console.log(`${runs} runs of smoke, each killed up to ${killsAtMost} times; seed ${seed}`)
const whole = await smoke(join(folder, "whole"))
const expected = values.against === "run" ? digestsIn(whole.events) : (readLock(root, "smoke")?.tasks ?? {})
const differing = compare(expected, whole.events)
if (whole.code !== 0 || differing.length > 0) {
  rmSync(folder, { recursive: true })
  throw new Error(
    `an undisturbed run does not give the lock's digests:\n${[...differing, whole.stderr].join("\n")}`,
  )
}
let failed = 0
for (let run = 1; run <= runs; run++) {
  const artifacts = join(folder, String(run))
  console.log(`  run ${run}`)
  const wrong = await endure(artifacts, killsOf(run, whole), expected)
  for (const line of wrong) console.log(`    WRONG ${line}`)
  if (wrong.length > 0) failed++
  else rmSync(artifacts, { recursive: true, force: true })
}
if (failed === 0) rmSync(folder, { recursive: true, force: true })
console.log(
  failed === 0
    ? `${runs} of ${runs} runs ended as the lock says`
    : `${failed} of ${runs} runs went wrong; see ${folder}`,
)
process.exitCode = failed === 0 ? 0 : 1
