// in turn: it starts processes.
// What a run has to do with the lock file: held to it, compared with it, renewing it.
import t from "tap"
import { canonical } from "../../../engine/content/canonical.ts"
import { digestOf } from "../../../engine/content/digest.ts"
import { formatLock, parseLock } from "../../../engine/lock/lock-file.ts"
import type { Ran } from "../../../engine/testing/command.ts"
import type { Project } from "../../../engine/testing/project.ts"
import { chained, fault } from "../support/chain.ts"

const lockFile = "experiments/rounds.lock.json"
const rounds = (project: Project, ...args: ReadonlyArray<string>) => project.json("--exp", "rounds", ...args)
const told = (ran: Ran) => ran.of("lock").map(({ status, differences }) => [status, differences])
const found = (ran: Ran) => ran.of("difference").map(({ difference }) => difference)

/** Run once and locked: tests take copies. */
const warm = chained(t)
const unlocked = await rounds(warm)
const updated = await rounds(warm, "--update-lock")

t.test("a lock is made on request, and a run that gives the same says so", async (t) => {
  t.same(told(unlocked), [], "without a lock there is nothing to say")
  t.same(told(updated), [["created", 0]])
  const lock = parseLock(warm.read(lockFile), lockFile)
  t.same(Object.keys(lock.tasks), ["grow@seed=1", "shout@seed=1"])
  t.same(
    lock.tasks["grow@seed=1"]!.states,
    unlocked.of("link-finished").map(({ state }) => state),
  )
  t.same(
    lock.tasks["grow@seed=1"]!.metrics,
    unlocked.of("link-finished").map(({ metrics }) => digestOf(canonical(metrics))),
    "what decides when a chain stops is pinned too",
  )
  t.same(lock.tasks["grow@seed=1"]!.contents, {
    metrics: unlocked.of("link-finished")[3]!.metrics,
  })
  t.match(lock.tasks["grow@seed=1"]!.params, { seed: 1, length: 4 })
  t.match(Object.keys(lock.stages.grow!.sources), ["package.json", "stages/faults.ts", "stages/grow.ts"])
  t.match(lock.files, { "data/salt.txt": /^[0-9a-f]{64}$/ })
  const lab = chained(t, warm.root)
  const [again, held] = [await rounds(lab, "--update-lock"), await rounds(lab, "--locked")]
  t.same(told(again), [["same", 0]])
  t.same(told(held), [["same", 0]])
  t.same([held.code, held.last!.event], [0, "run-finished"])
  t.same(told(await rounds(lab, "--set", "mark=?")), [], "other params than the default are not compared")
})

t.test("a run that differs says so and does not touch the lock; --update-lock renews it", async (t) => {
  const lab = chained(t, warm.root)
  const before = lab.read(lockFile)
  lab.write({ "stages/shout.ts": lab.read("stages/shout.ts").replace("toUpperCase", "toLowerCase") })
  const differs = await rounds(lab)
  t.equal(differs.code, 0)
  t.same(told(differs), [["differs", 1]])
  t.equal(lab.read(lockFile), before)
  t.same(told(await rounds(lab, "--update-lock")), [["written", 1]])
  const [was, is] = [before, lab.read(lockFile)].map((text) => text.split("\n"))
  t.same(
    is!.filter((line) => !was!.includes(line)).map((line) => line.split('":')[0]),
    ['"stage shout', '"task shout@seed=1'],
    "nothing else moved",
  )
})

t.test("--locked refuses before it runs anything, and names the param or the source file", async (t) => {
  const lab = chained(t, warm.root)
  const experiment = lab.read("experiments/rounds.ts")
  lab.write({ "experiments/rounds.ts": experiment.replace('Schema.String, "!"', 'Schema.String, "?"') })
  const refused = await rounds(lab, "--locked")
  t.equal(refused.code, 3)
  t.same(refused.of("run-started"), [])
  t.match(found(refused), [
    { what: "key", task: "shout@seed=1", why: [{ reason: "param", path: "mark", before: "!", after: "?" }] },
  ])
  lab.write({
    "experiments/rounds.ts": experiment,
    "stages/faults.ts": `${lab.read("stages/faults.ts")}\nconsole.log()`,
  })
  const plain = await lab.plain("--exp", "rounds", "--locked")
  t.equal(plain.code, 3)
  t.match(plain.stdout, /grow@seed=1 has another key than the lock\n +stages\/faults\.ts edited/)
})

t.test("--locked compares every output, and state and metrics of every link, after the run", async (t) => {
  const lab = chained(t, warm.root)
  const { text } = parseLock(warm.read(lockFile), lockFile).tasks["shout@seed=1"]!.outputs
  const { states, metrics } = parseLock(warm.read(lockFile), lockFile).tasks["grow@seed=1"]!
  const [second, third] = [states![1]!, metrics![2]!]
  const other = "0".repeat(64)
  lab.write({
    [lockFile]: lab.read(lockFile).replace(text!, other).replace(second, other).replace(third, other),
  })
  const held = await rounds(lab, "--locked")
  t.equal(held.code, 3)
  t.same(told(held), [["differs", 3]])
  t.match(found(held), [
    { what: "output", task: "grow@seed=1", output: "state 2", locked: other, found: second },
    { what: "output", task: "grow@seed=1", output: "metrics 3", locked: other, found: third },
    { what: "output", task: "shout@seed=1", output: "text", locked: other, found: text },
  ])
})

t.test(
  "a lock pins the default params and the whole experiment: other runs can neither hold nor renew it",
  async (t) => {
    const lab = chained(t, warm.root)
    const wrong = [
      ["--locked", "--set", "mark=?"],
      ["--update-lock", "--to", "grow"],
      ["--locked", "--update-lock"],
    ]
    const ran = await Promise.all(wrong.map((args) => rounds(lab, ...args)))
    for (const { code, last } of ran) {
      t.equal(code, 2)
      t.match(last, { event: "refused", error: { message: /--locked|--update-lock/ } })
    }
  },
)

t.test("a failed run never writes the lock; --locked without one is refused with the remedy", async (t) => {
  const lab = chained(t)
  t.match((await rounds(lab, "--locked")).last, {
    event: "refused",
    error: { message: /does not exist.*--update-lock/ },
  })
  fault(lab, 3, "not finite")
  t.equal((await rounds(lab, "--update-lock")).code, 1)
  t.throws(() => lab.read(lockFile), { code: "ENOENT" })
})

t.test("a lock past reading stops a run with a message, and --update-lock makes it anew", async (t) => {
  const lab = chained(t, warm.root)
  lab.write({ [lockFile]: lab.read(lockFile).replace('"experiment"', '<<<<<<< ours\n"experiment"') })
  const refused = await lab.plain("--exp", "rounds")
  t.equal(refused.code, 2)
  t.match(refused.stderr, /rounds\.lock\.json has merge conflicts.*--update-lock/)
  t.same(told(await rounds(lab, "--update-lock")), [["created", 0]])
  t.equal(lab.read(lockFile), warm.read(lockFile))
})

/** As the format before wrote it: without digests of metrics, and of stages without the format of their keys. */
function asFormat1(text: string): string {
  const { format: _, ...lines } = JSON.parse(text) as Record<string, Record<string, unknown>>
  for (const line of Object.values(lines)) {
    delete line.metrics
    delete line.keyFormat
  }
  return JSON.stringify({ format: "refold-lock/1", ...lines })
}

t.test(
  "a lock of format 1 is read, its links' metrics are not compared, and --update-lock renews it",
  async (t) => {
    const lab = chained(t, warm.root)
    lab.write({ [lockFile]: asFormat1(lab.read(lockFile)) })
    t.equal(parseLock(lab.read(lockFile), lockFile).tasks["grow@seed=1"]!.metrics, undefined)
    t.same(found(await rounds(lab, "--locked")), [])
    t.same(told(await rounds(lab, "--update-lock")), [["written", 0]])
    t.equal(lab.read(lockFile), warm.read(lockFile))
  },
)

t.test("a renewed lock keeps what no run makes yet: when a task was observed", async (t) => {
  const lab = chained(t, warm.root)
  const lock = parseLock(lab.read(lockFile), lockFile)
  const observed = { at: "2026-11-23T01:19:16.204Z", nth: 3 }
  const grown = { ...lock.tasks["grow@seed=1"]!, observed }
  const marked = formatLock({
    ...lock,
    tasks: { ...lock.tasks, "grow@seed=1": grown },
  })
  lab.write({ [lockFile]: marked.replace('"text":"', '"text":"0') })
  t.same(told(await rounds(lab, "--update-lock")), [["written", 1]])
  t.equal(lab.read(lockFile), marked)
})
