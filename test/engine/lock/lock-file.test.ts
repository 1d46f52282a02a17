// in turn: it starts processes.
// The text of a lock: what is written reads back, git merges it, and what is no lock is refused.
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import t from "tap"
import { canonical } from "../../../engine/content/canonical.ts"
import type { Digest, Key } from "../../../engine/content/digest.ts"
import type { LockedTask } from "../../../engine/lock/lines.ts"
import { formatLock, type Lock, parseLock } from "../../../engine/lock/lock-file.ts"
import { repository } from "../../../engine/testing/command.ts"
import { environment } from "../../../engine/testing/processes.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"
import { thrown } from "../support/thrown.ts"

const hex = fc.stringMatching(/^[0-9a-f]{64}$/)
const label = fc.stringMatching(/^[a-z]{1,8}(@[a-z]=[A-Za-z0-9._-]{1,6})?$/)
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value).replaceAll("-0", "0")))
const sampled = fc.tuple(fc.nat(), fc.nat()).map(([compared, more]) => ({ compared, of: compared + more }))
const plainTask = {
  key: hex,
  params: json,
  outputs: fc.dictionary(label, hex),
  contents: fc.dictionary(label, json),
  adopted: fc.record(
    { from: hex, links: sampled, ends: sampled, seed: hex },
    { requiredKeys: ["from", "links", "ends"] },
  ),
  observed: fc.record({ at: fc.constant("2026-11-23T01:19:16.204Z"), nth: fc.integer({ min: 1 }) }),
}
const requiredKeys = ["key", "params", "outputs", "contents"] as const
const task = fc.oneof(
  fc.record(plainTask, { requiredKeys: [...requiredKeys] }),
  fc.nat(5).chain((links) => {
    const digests = fc.array(hex, { minLength: links, maxLength: links })
    return fc.record(
      { ...plainTask, states: digests, metrics: digests },
      { requiredKeys: [...requiredKeys, "states"] },
    )
  }),
)
const stage = fc.record(
  {
    keyFormat: fc.constantFrom("stage-key/1", "stage-key/9"),
    code: hex,
    sources: fc.dictionary(label, hex),
    packages: fc.dictionary(label, hex),
    numerics: json,
  },
  { requiredKeys: ["code", "sources", "packages", "numerics"] },
)
const itemName = fc.oneof(label, fc.string(), fc.constantFrom("__proto__", '"', "\\", "]", "1"))
const more = fc.record(
  {
    tasks: fc.dictionary(
      label,
      fc.record({ contents: fc.dictionary(label, json), adopted: fc.constant(null) }, { requiredKeys: [] }),
    ),
    failed: fc.array(label),
  },
  { requiredKeys: [] },
)
const item = fc
  .tuple(fc.array(fc.oneof(hex, fc.constant(""))), fc.option(more))
  .map(([digests, more]) => (more === null ? digests : [...digests, more]))
const group = fc.record(
  {
    gives: fc.dictionary(label, fc.array(label)),
    items: fc.dictionary(itemName, item, { maxKeys: 4 }),
    keys: fc.dictionary(label, hex),
    adopted: fc.dictionary(label, fc.record({ from: hex, links: sampled, ends: sampled })),
  },
  { requiredKeys: ["gives", "items", "keys"] },
)
const locks = fc.record({
  experiment: label,
  tasks: fc.dictionary(label, task),
  stages: fc.dictionary(label, stage),
  files: fc.dictionary(label, hex),
  groups: fc.dictionary(label, group, { maxKeys: 2 }),
  locked: fc.dictionary(label, hex),
  results: fc.dictionary(label, fc.record({ task: label, output: label, kind: label })),
}) as unknown as fc.Arbitrary<Lock>

t.test("what is locked reads back, whatever order it was found in", async (t) => {
  fc.assert(
    fc.property(locks, (lock) => {
      const text = formatLock(lock)
      const reversed = { ...lock, tasks: Object.fromEntries(Object.entries(lock.tasks).reverse()) }
      // Whole: also when a task was observed, although no run makes that yet.
      t.same(JSON.parse(canonical(parseLock(text, "it"))), JSON.parse(canonical(lock)))
      return formatLock(parseLock(text, "it")) === text && formatLock(reversed) === text
    }),
  )
})

/** Lines that stand within that of a group: of its items, and one behind the last. */
const isOfGroup = (line: string): boolean => line.startsWith("}") || /^".*\],?$/.test(line)
const linesOfGroups = ({ groups }: Lock): number =>
  Object.values(groups)
    .map(({ items }) => Object.keys(items).length)
    .reduce((sum, items) => sum + (items === 0 ? 0 : items + 1), 0)

t.test("a lock has one sorted line a task, a group's broken at its items", async () => {
  fc.assert(
    fc.property(locks, (lock) => {
      const [open, ...rest] = formatLock(lock).trimEnd().split("\n")
      const close = rest.splice(-2)
      const items = rest.filter((line) => isOfGroup(line))
      const whole = rest.filter((line) => !isOfGroup(line))
      const lines = whole.filter((_, i) => i % 2 === 0)
      const tasks = lines.filter((line) => line.startsWith('"task ')).length
      return (
        open === "{" &&
        close.join() === '"~":0,}' &&
        items.length === linesOfGroups(lock) &&
        whole.every((line, i) => (i % 2 === 1) === (line === "")) &&
        tasks === Object.keys(lock.tasks).length &&
        lines.every((line, i) => /[,{]$/.test(line) && (i === 0 || lines[i - 1]! < line))
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
const locked = (tasks: Lock["tasks"]): Lock => ({
  experiment: "merged",
  tasks,
  stages: {},
  files: {},
  groups: {},
  results: {},
  locked: {},
})
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
    t.match(refused('{"format":"refold-lock/9"}'), { message: /refold-lock\/9.*the Refold that wrote it/ })
    const halves = {
      ...made("a"),
      contents: undefined,
      outputs: { out: 3 },
      states: "none",
      metrics: ["a link without a state"],
      adopted: { from: "0".repeat(64), links: { compared: 3, of: 2 }, ends: { compared: 1, of: 1 } },
      observed: { at: "yesterday", nth: 1 },
      key: null,
      params: undefined,
    }
    for (const [field, half] of Object.entries(halves)) {
      const text = JSON.stringify({ format: "refold-lock/2", "task a": { ...made("a"), [field]: half } })
      if (JSON.stringify(half) === JSON.stringify(made("a")[field as "key"])) continue
      t.match(refused(text), { message: /the line "task a" lacks/ }, field)
    }
    t.match(refused('{"format":"refold-lock/1","stage a":{}}'), { message: /the line "stage a" lacks/ })
  },
)

t.test("the committed locks are in the format that is written today", async (t) => {
  const folder = join(repository, "experiments")
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".lock.json"))) {
    const text = readFileSync(join(folder, name), "utf8")
    t.ok(formatLock(parseLock(text, name)) === text, name)
  }
})
