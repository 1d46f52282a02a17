// in turn, in CI: it starts processes.
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { count } from "../../counts.ts"
import { acting, printedPids, unrulyProject } from "../support/unruly.ts"

t.test("whatever a stage writes to whatever pipe harms no run, and is its log", async (t) => {
  const unruly = unrulyProject(t)
  const ran = await unruly.start(acting("nudges", "writes", "behave")).ended
  t.equal(ran.code, 0, ran.stderr)
  t.equal(ran.last?.event, "run-finished")
  const printed = (what: string): string =>
    ran
      .of("printed")
      .filter(({ task }) => task === `unruly@what=${what}`)
      .map(({ text }) => text)
      .join("")
  t.match(printed("writes"), /text hex bytes\n/, "with encodings, as bytes")
  for (const line of ["errors", "end", "console 7", "wrong"])
    t.ok(printed("writes").includes(`${line}\n`), line)
  t.ok(printed("nudges").includes("null\n"))
  t.equal(printed("behave"), "")
  const logs = join(unruly.root, "artifacts/logs")
  const [run] = readdirSync(logs)
  t.equal(readFileSync(join(logs, run!, "unruly@what=writes.attempt-1.txt"), "utf8"), printed("writes"))
  const { stdout } = await unruly.plain("logs", "unruly@what=writes")
  t.match(stdout, /^done in run .*\n {2}text hex bytes\n/)
})

t.test("a flood of output ends, in a log of bounded size that says what was left out", async (t) => {
  const unruly = unrulyProject(t)
  const megabytes = count(20, 520)
  const ran = await unruly.start(acting("flood"), { TIMES: String(megabytes) }).ended
  t.equal(ran.code, 0, ran.stderr)
  const told = ran.of("printed").reduce((sum, { text }) => sum + text.length, 0)
  t.ok(told < 300_000, `${told} characters were told`)
  const artifacts = join(unruly.root, "artifacts")
  const [run] = readdirSync(join(artifacts, "logs"))
  const log = readFileSync(join(artifacts, "logs", run!, "unruly@what=flood.attempt-1.txt"), "utf8")
  t.ok(log.length < 600_000)
  const left = Number(/… ([\d,]+) bytes left out …/.exec(log)![1]!.replaceAll(",", ""))
  const kept = Buffer.byteLength(log.replace(/\n… .* …\n/, ""))
  t.equal(left + kept, megabytes * 1_000_000, "and it adds up")
  t.ok(statSync(join(artifacts, "ledger.sqlite")).size < 1_000_000)
})

t.test("what is written to the pipes at once waits until it is heard, and is not refused", async (t) => {
  const ran = await unrulyProject(t).start(acting("writes-at-once")).ended
  t.equal(ran.code, 0, JSON.stringify(ran.of("task-finished").at(-1)))
})

t.test("a terminal shows what a task prints with its label in front", async (t) => {
  const { stdout } = await unrulyProject(t).plain("--exp", "unruly", "--set", "acts=writes")
  t.match(stdout, /^ {2}unruly@what=writes │ text hex bytes$/m)
  t.match(stdout, /^ {2}unruly@what=writes │ console 7$/m)
})

for (const [signal, outcome] of [
  ["SIGINT", "interrupted"],
  ["SIGKILL", "going on, or cut off,"],
] as const)
  t.test(`what an attempt printed before ${signal} is found with the others, newest first`, async (t) => {
    const unruly = unrulyProject(t)
    const running = unruly.start(acting("loop-with-grandchild"))
    const [pid] = await printedPids(t, running, "loop-with-grandchild")
    const label = "unruly@what=loop-with-grandchild"
    t.match(
      (await unruly.plain("logs", label)).stdout,
      new RegExp(`^going on.*\n {2}pid ${pid}\n`),
      "as it goes on",
    )
    running.child.kill(signal)
    await running.ended
    const { stdout, stderr } = await unruly.plain("logs", label)
    t.match(stdout, new RegExp(`^${outcome} in run .*\n {2}pid ${pid}\n`), stderr)
  })
