// Runs `smoke`, a project of chains and one that trains a residual network in fresh stores, kills them with SIGKILL at random moments
// (a worker, the coordinator, both, the group), makes commits of links fail at random, goes on to the end, and looks: every digest is
// as it should be, nothing that had finished ran twice, no process is alive afterwards, `gc` leaves no temporary file.
//
//     npm run test:long -- --only kills --kills 300 --seed 1 [--against run]
//
// Kills are counted when they met somebody. With `--against run` digests of smoke are compared with those of an undisturbed
// run: while the lock awaits its renewal.
import { randomInt } from "node:crypto"
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import type { Event } from "../../engine/report/events.ts"
import { type Generator, generator, seedOf } from "../../ml/statistics/random.ts"
import { type Ended, type Kill, pipeline, victims } from "./pipeline.ts"
import { compare, runSubject, type Subject, subjects } from "./subjects.ts"

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "30" },
    seed: { type: "string" },
    against: { type: "string", default: "lock" },
  },
})
const wanted = Number(values.kills)
if (values.against !== "lock" && values.against !== "run")
  throw new Error(`--against is "lock" or "run", not "${values.against}"`)
const seed = Number(values.seed ?? randomInt(1_000_000))
/** Kills before a store is left in peace. */
const killsAtMost = 4
/** Of two stores in three this share of the moves of states into the store fails. */
const failingShares = [0, 0.1, 0.4]
const preload = pathToFileURL(join(import.meta.dirname, "failing-commits.mjs")).href

/**
 * Somewhere in the time that a whole run takes, after the events that the finished part gives at once; rather early, as
 * commits that fail end a run before its time.
 */
function drawKill(random: Generator, { times }: Ended, finished: number): Kill {
  const end = times.at(-1)!
  const from = times[Math.min(finished, times.length - 1)]!
  const at = from + (end - from) * random.uniform() ** 1.5
  const event = times.filter((time) => time <= at).length
  const wait = Math.round(at - (times[event - 1] ?? 0))
  return { victim: victims[random.below(victims.length)]!, moment: { event, wait } }
}

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

/** What values decided against. */
const unneeded = ({ events }: Ended): ReadonlyArray<string> =>
  events.flatMap((event) =>
    event.event === "task-finished" && event.status === "not-needed" ? [event.task] : [],
  )

/** Files that nobody wanted to keep. */
const leftovers = (artifacts: string): ReadonlyArray<string> => [
  ...readdirSync(join(artifacts, "tmp")).map((name) => `tmp/${name}`),
  ...(readdirSync(artifacts, { recursive: true }) as Array<string>).filter((name) => name.endsWith(".part")),
]

const folder = mkdtempSync(join(tmpdir(), "refold-kill-"))
/** A byte for each commit that was made to fail. */
const failuresFile = join(folder, "failures")
writeFileSync(failuresFile, "")

const counted = { kills: 0, lingered: 0 }

/** One store, killed again and again and then left in peace. */
class Trial {
  readonly #subject: Subject
  readonly #artifacts: string
  readonly #failing: number
  readonly #seen: Seen = { links: new Set(), tasks: new Set() }
  readonly #told: Array<Event> = []
  readonly wrong: Array<string> = []

  constructor(subject: Subject, artifacts: string, failing: number) {
    this.#subject = subject
    this.#artifacts = artifacts
    this.#failing = failing
  }

  async endure(random: Generator): Promise<void> {
    const kills = 1 + random.below(killsAtMost)
    for (let nth = 0; nth < kills && !this.#isWhole(); nth++) {
      const finished = this.#seen.links.size + this.#seen.tasks.size
      await this.#disturb(drawKill(random, this.#subject.whole, nth === 0 ? 0 : finished), nth)
    }
    const whole = await this.#run()
    if (whole.code !== 0)
      this.#say(`left in peace it ended with ${whole.code ?? whole.signal}: ${whole.stderr}`)
    for (const line of compare(this.#subject.expected, this.#told)) this.#say(line)
    for (const task of unneeded(this.#subject.whole))
      if (!unneeded(whole).includes(task)) this.#say(`${task} was not needed, and is not told so`)
    await this.#collect()
  }

  #isWhole(): boolean {
    return Object.keys(this.#subject.expected).every((task) => this.#seen.tasks.has(task))
  }

  /** A run that is killed, and whose commits of links fail now and then: it may end in any way, but not lose anything. */
  async #disturb(kill: Kill, nth: number): Promise<void> {
    const failing = { seed: seed + nth, chance: this.#failing, count: failuresFile }
    const env = { NODE_OPTIONS: `--import=${preload}`, FAILING_COMMITS: JSON.stringify(failing) }
    const ended = await this.#run(this.#failing === 0 ? { kill } : { kill, env })
    if (ended.killed > 0) counted.kills++
    const { victim, moment } = kill
    const isKilled = ended.signal === "SIGKILL" && ended.killed > 0 && victim !== "worker"
    const isFailed = ended.code === 1 && this.#failing > 0
    if (ended.code !== 0 && !isKilled && !isFailed)
      this.#say(`it ended with ${ended.code ?? ended.signal}: ${ended.stderr}`)
    const whom = ended.killed === 0 ? "nobody to kill" : `killed ${victim}`
    console.log(
      `    ${whom} ${moment.wait} ms after event ${moment.event}; ${this.#seen.links.size} links had finished`,
    )
  }

  /** What `gc` finds to be garbage is garbage. */
  async #collect(): Promise<void> {
    const { cwd } = this.#subject
    const freed = await pipeline({ cwd, args: ["gc", "--artifacts", this.#artifacts] })
    if (freed.code !== 0) this.#say(`gc ended with ${freed.code}: ${freed.stderr}`)
    for (const name of leftovers(this.#artifacts)) this.#say(`${name} is left after gc`)
    const again = await this.#run()
    const ran = again.events.flatMap((event) =>
      event.event === "task-finished" && !["cached", "not-needed"].includes(event.status) ? [event.task] : [],
    )
    if (again.code !== 0 || ran.length > 0) this.#say(`after gc it is not all cached: ${ran} ${again.stderr}`)
  }

  async #run(further: Parameters<typeof runSubject>[2] = {}): Promise<Ended> {
    const ended = await runSubject(this.#subject, this.#artifacts, further)
    for (const event of ended.events) this.#told.push(event)
    for (const line of watch(this.#seen, ended.events)) this.#say(line)
    if (ended.left.length > 0)
      this.#say(`${ended.left.length} processes were alive ten seconds after its end`)
    counted.lingered = Math.max(counted.lingered, ended.lingered)
    return ended
  }

  #say(line: string): void {
    this.wrong.push(line)
  }
}

console.log(`${wanted} kills, up to ${killsAtMost} of each store; seed ${seed}`)
const all = await subjects(folder, values.against)
let failed = 0
let store = 0
for (; counted.kills < wanted; store++) {
  const subject = all[store % all.length]!
  const artifacts = join(folder, `store-${store}`)
  const failing = failingShares[Math.floor(store / all.length) % failingShares.length]!
  console.log(`  store ${store}: ${subject.name}${failing > 0 ? `, ${failing * 100} % of commits fail` : ""}`)
  const trial = new Trial(subject, artifacts, failing)
  await trial.endure(generator(seedOf(seed, "kill", store)))
  for (const line of trial.wrong) console.log(`    WRONG ${line}`)
  if (trial.wrong.length > 0) failed++
  else rmSync(artifacts, { recursive: true, force: true, maxRetries: 5 })
}
const failedCommits = statSync(failuresFile).size
if (failed === 0) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
const { kills, lingered } = counted
console.log(
  `${kills} kills of ${store} stores, ${failedCommits} commits made to fail; the last process ended ${Math.round(lingered)} ms after its coordinator`,
)
console.log(failed === 0 ? `${store} of ${store} stores ended whole` : `${failed} went wrong; see ${folder}`)
process.exitCode = failed === 0 ? 0 : 1
