// alone: it starts processes.
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import fc from "fast-check"
import t from "tap"
import type { Digest, Key } from "../../../engine/content/digest.ts"
import { formatLock, type Lock, type LockedTask, parseLock } from "../../../engine/lock/lock-file.ts"
import { type Ran, repository } from "../../../engine/testing/command.ts"
import { environment } from "../../../engine/testing/processes.ts"
import type { Project } from "../../../engine/testing/project.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"
import { chained, fault } from "../support/chain.ts"
import { thrown } from "../support/thrown.ts"

const lockFile = "experiments/rounds.lock.json"
const rounds = (project: Project, ...args: ReadonlyArray<string>) => project.json("--exp", "rounds", ...args)
const told = (ran: Ran) => ran.of("lock").map(({ status, differences }) => [status, differences])
const found = (ran: Ran) => ran.of("difference").map(({ difference }) => difference)

/** Run once and locked: tests take copies. */
const warm = chained(t)
const unlocked = await rounds(warm)
const updated = await rounds(warm, "--update-lock")

// ── the file ──

const hex = fc.stringMatching(/^[0-9a-f]{64}$/)
const label = fc.stringMatching(/^[a-z]{1,8}(@[a-z]=[A-Za-z0-9._-]{1,6})?$/)
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value).replaceAll("-0", "0")))
const task = fc.record(
  {
    key: hex,
    params: json,
    outputs: fc.dictionary(label, hex),
    contents: fc.dictionary(label, json),
    states: fc.array(hex),
  },
  { requiredKeys: ["key", "params", "outputs", "contents"] },
)
const stage = fc.record({
  code: hex,
  sources: fc.dictionary(label, hex),
  packages: fc.dictionary(label, hex),
  numerics: json,
})
const locks = fc.record({
  experiment: label,
  tasks: fc.dictionary(label, task),
  stages: fc.dictionary(label, stage),
  files: fc.dictionary(label, hex),
}) as unknown as fc.Arbitrary<Lock>

t.test("what is locked reads back, whatever order it was found in", async () => {
  fc.assert(
    fc.property(locks, (lock) => {
      const text = formatLock(lock)
      const reversed = { ...lock, tasks: Object.fromEntries(Object.entries(lock.tasks).reverse()) }
      return formatLock(parseLock(text, "it")) === text && formatLock(reversed) === text
    }),
  )
})

t.test("a lock has one sorted line a task, and every one but the last ends in a comma", async () => {
  fc.assert(
    fc.property(locks, (lock) => {
      const [open, ...rest] = formatLock(lock).trimEnd().split("\n")
      const close = rest.splice(-2)
      const lines = rest.filter((_, i) => i % 2 === 0)
      const tasks = lines.filter((line) => line.startsWith('"task ')).length
      return (
        open === "{" &&
        close.join() === '"~":0,}' &&
        rest.every((line, i) => (i % 2 === 1) === (line === "")) &&
        tasks === Object.keys(lock.tasks).length &&
        lines.every((line, i) => line.endsWith(",") && (i === 0 || lines[i - 1]! < line))
      )
    }),
  )
})

const made = (task: string, bytes = "0"): LockedTask => ({
  key: `${task} ${bytes}` as Key,
  params: { task },
  outputs: { out: bytes as Digest },
  contents: {},
})
const locked = (tasks: Lock["tasks"]): Lock => ({ experiment: "merged", tasks, stages: {}, files: {} })
const five = Object.fromEntries(["a", "c", "e", "g", "i"].map((task) => [task, made(task)]))

t.test("git merges edits of different tasks, neighbours too, some of them added or taken away", async (t) => {
  const folder = temporaryFolder(t)
  const { i, ...fewer } = five
  writeFiles(folder, {
    base: formatLock(locked(five)),
    ours: formatLock(locked({ ...five, a: made("a", "1"), b: made("b"), e: made("e", "1") })),
    theirs: formatLock(locked({ ...fewer, g: made("g", "2") })),
  })
  const merged = spawnSync("git", ["merge-file", "-p", "ours", "base", "theirs"], {
    cwd: folder,
    encoding: "utf8",
    env: environment,
  })
  t.equal(merged.status, 0, merged.stdout)
  const expected = locked({
    ...fewer,
    a: made("a", "1"),
    b: made("b"),
    e: made("e", "1"),
    g: made("g", "2"),
  })
  t.equal(merged.stdout, formatLock(expected))
})

t.test(
  "a file that is no lock, or lacks what a line should hold, is refused by name with the remedy",
  async (t) => {
    const refused = (text: string) => thrown(() => parseLock(text, "x.lock.json"))
    const conflicted = formatLock(locked(five)).replace('"task a"', '<<<<<<< ours\n"task a"')
    t.match(refused(conflicted), {
      _tag: "LockError",
      message: /x\.lock\.json has merge conflicts.*--update-lock/,
    })
    t.match(refused("{"), { message: /x\.lock\.json is not JSON.*--update-lock/ })
    for (const text of ["null", "[]", "3", "{}", '{"format":"refold-lock/9"}'])
      t.match(refused(text), { message: /is no lock file of this Refold/ })
    const halves = {
      ...made("a"),
      contents: undefined,
      outputs: { out: 3 },
      states: "none",
      key: null,
      params: undefined,
    }
    for (const [field, half] of Object.entries(halves)) {
      const text = JSON.stringify({ format: "refold-lock/1", "task a": { ...made("a"), [field]: half } })
      if (JSON.stringify(half) === JSON.stringify(made("a")[field as "key"])) continue
      t.match(refused(text), { message: /the line "task a" lacks/ }, field)
    }
    t.match(refused('{"format":"refold-lock/1","stage a":{}}'), { message: /the line "stage a" lacks/ })
  },
)

// ── runs ──

t.test("a lock is made on request, and a run that gives the same says so", async (t) => {
  t.same(told(unlocked), [], "without a lock there is nothing to say")
  t.same(told(updated), [["created", 0]])
  const lock = parseLock(warm.read(lockFile), lockFile)
  t.same(Object.keys(lock.tasks), ["grow@seed=1", "shout@seed=1"])
  t.same(
    lock.tasks["grow@seed=1"]!.states,
    unlocked.of("link-finished").map(({ state }) => state),
  )
  t.same(lock.tasks["grow@seed=1"]!.contents, {
    metrics: unlocked.of("link-finished")[3]!.metrics,
  })
  t.match(lock.tasks["grow@seed=1"]!.params, { seed: 1, length: 4 })
  t.match(Object.keys(lock.stages.grow!.sources), ["stages/faults.ts", "stages/grow.ts"])
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

t.test("--locked compares every output and state after the run", async (t) => {
  const lab = chained(t, warm.root)
  const { text } = parseLock(warm.read(lockFile), lockFile).tasks["shout@seed=1"]!.outputs
  const [, second] = parseLock(warm.read(lockFile), lockFile).tasks["grow@seed=1"]!.states!
  const other = "0".repeat(64)
  lab.write({ [lockFile]: lab.read(lockFile).replace(text!, other).replace(second!, other) })
  const held = await rounds(lab, "--locked")
  t.equal(held.code, 3)
  t.same(told(held), [["differs", 2]])
  t.match(found(held), [
    { what: "output", task: "grow@seed=1", output: "state 2", locked: other, found: second },
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

t.test("the committed locks are in the format that is written today", async (t) => {
  const { readdirSync, readFileSync } = await import("node:fs")
  const folder = join(repository, "experiments")
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".lock.json"))) {
    const text = readFileSync(join(folder, name), "utf8")
    t.ok(formatLock(parseLock(text, name)) === text, name)
  }
})
