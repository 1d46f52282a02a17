// in turn, in CI: it starts processes.
import { spawn } from "node:child_process"
import { closeSync, existsSync, openSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { commandsOf } from "../../../engine/cli/commands.ts"
import type { CommandContext } from "../../../engine/cli/context.ts"
import { repository } from "../../../engine/testing/command.ts"
import { environment } from "../../../engine/testing/processes.ts"
import { count, isLong } from "../../counts.ts"
import { labProject } from "../support/lab.ts"

const lab = labProject(t)

/** A line of each command that prints something and would end with 0. A command that is not here fails the first law. */
const lines: Readonly<Record<string, ReadonlyArray<string>>> = {
  run: ["--exp", "grid"],
  plan: ["--exp", "grid", "--plan", "--json"],
  help: ["--help"],
  list: ["list"],
  why: ["why", "clean", "--exp", "grid"],
  status: ["status"],
  show: ["show", "--exp", "grid"],
  verify: ["verify", "--exp", "grid"],
  adopt: ["adopt", "--exp", "grid"],
  logs: ["logs", "clean"],
  runs: ["runs"],
  gc: ["gc", "--dry-run"],
  dataset: ["dataset", "add", "experiments", "--replace"],
  doctor: ["doctor", "--seconds", "0"],
}

/** The one waits for a debugger, and prints where to find it on standard error; the others ask what no experiment of this project answers, and forget what none observes. */
const apart: ReadonlyArray<string | undefined> = ["debug", "check", "forget"]

interface Ended {
  readonly code: number | null
  readonly stderr: string
}

/** Runs a line of a command with standard output as given: a file's number, or a pipe whose reader leaves. */
function ended(args: ReadonlyArray<string>, stdout: number | "pipe"): Promise<Ended> {
  const launcher = join(repository, "engine/build/launch.mjs")
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd: lab.root,
    env: environment,
    stdio: ["ignore", stdout, "pipe"],
  })
  t.teardown(() => child.kill("SIGKILL"))
  child.stdout?.once("data", () => child.stdout!.destroy())
  let stderr = ""
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (stderr += text))
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stderr })))
}

/** In `npm test` a few of the commands, others in each place; all in the long tier. */
const some = (first: number): ReadonlyArray<string> =>
  Object.keys(lines).filter((_, i) => isLong || i % 6 === first)

t.test("every command has its line here", async (t) => {
  const named = commandsOf({} as CommandContext).map(
    (command) => /"name":"([^"]+)"|$/.exec(JSON.stringify(command))?.[1],
  )
  t.ok(named.length > 5)
  t.same(
    named.filter((name) => lines[name!] === undefined && !apart.includes(name)),
    [],
  )
})

t.test("a run that nobody can read goes on to its end, and its outcome is kept", async (t) => {
  t.equal((await lab.json("--exp", "grid", "--update-lock")).code, 0)
  const left = await ended(["--exp", "grid", "--force", "scale"], "pipe")
  t.same(left, { code: 0, stderr: "" }, "a reader that left is no failure")
  const failed = await ended(["--exp", "acts", "--set", "acts=throw"], "pipe")
  t.equal(failed.code, 1, "a failed task is one, read or not")
  const { stdout } = await lab.plain("runs", "--json")
  const outcomes = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).outcome)
  t.same(outcomes, ["failed", "done", "done"])
})

t.test("a reader that leaves early changes no exit code", async (t) => {
  for (const name of some(1)) t.match(await ended(lines[name]!, "pipe"), { code: 0, stderr: "" }, name)
})

const full = "/dev/full"

t.test(
  "what cannot be written ends with 1 and says so once, and the run is kept",
  { skip: existsSync(full) ? false : `no ${full} here` },
  async (t) => {
    const file = openSync(full, "w")
    t.teardown(() => closeSync(file))
    for (const name of ["run", ...some(4)]) {
      const { code, stderr } = await ended(lines[name]!, file)
      t.equal(code, 1, name)
      t.match(stderr, /^standard output could not be written \(ENOSPC[^\n]*\n$/, name)
    }
    t.match((await lab.plain("runs", "--json")).stdout.split("\n")[0], /"outcome":"done"/)
    t.equal((await ended(["--exp", "grid", "--jobs", "0"], file)).code, 2, "bad usage stays that")
    lab.write({ "data/numbers.csv": "1\n2\n" })
    t.equal((await ended(["verify", "--exp", "grid"], file)).code, 3, "a difference stays that")
  },
)

t.test("output larger than a pipe arrives whole at a reader that takes its time", async (t) => {
  const many = count(2000, 20_000)
  const values = Array.from({ length: many }, (_, i) => i).join(",")
  const started = lab.start(["--exp", "grid", "--plan", "--json", "--set", `factors=${values}`])
  started.child.stdout.pause()
  await new Promise((resolve) => started.child.stdout.once("readable", resolve))
  started.child.stdout.resume()
  const { code, last, of } = await started.ended
  t.equal(code, 0)
  t.match(last, { event: "plan-finished", tasks: of("planned").length })
  t.ok(of("planned").length > many)
})
