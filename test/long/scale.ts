// Very many tasks: the command line stays within its memory, leaves a page and a folder that a person can open, tells each task at
// the same cost however many there are, and ends when it is told to, whatever it is at. It times what `bench:engine` times, once.
//
//     npm run test:long -- --only scale [--tasks 20000] [--signals 8]
import { spawn } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { type OwnProject, ownProject, questions } from "../../bench/engine/project.ts"
import { type Command, sample } from "../../bench/engine/sample.ts"

const { values } = parseArgs({
  options: { tasks: { type: "string", default: "20000" }, signals: { type: "string", default: "8" } },
})
const many = Number(values.tasks)
const few = many / 20
const signals = Number(values.signals)

/** Megabytes at a process's peak, of 20,000 tasks. */
const memoryAtMost = 330
/** Bytes, whatever there is to show. */
const pageAtMost = 1e6
const filesAtMost = 200
/** How many times the seconds of a twentieth of the tasks, the start taken off: 20 if the cost a task is flat. */
const growthAtMost = 20 * 2
/** Milliseconds from a signal to the end, on a machine that does other work beside: alone it is a fifth of that. */
const endAtMost = 1000

let wrong = 0
const check = (isRight: boolean, what: string): void => {
  console.log(`${isRight ? "right" : "WRONG"}: ${what}`)
  if (!isRight) wrong++
}

const folder = mkdtempSync(join(tmpdir(), "refold-scale-"))
const projects = { few: ownProject(join(folder, "few"), few), many: ownProject(join(folder, "many"), many) }
let ends = 0
try {
  sample(projects.few.version) // dist/ is built
  const [start] = [sample(projects.few.version)]
  for (const name of ["cold", "no change", "one change", ...questions] as const) {
    const small = sample(commandOf(projects.few, name))
    const large = sample(commandOf(projects.many, name))
    const ratio = (large.seconds - start.seconds) / Math.max(small.seconds - start.seconds, 0.05)
    check(
      ratio <= growthAtMost,
      `${name}: ${large.seconds.toFixed(2)} s, ${ratio.toFixed(1)} times as long as ${few} tasks`,
    )
    check((large.memory ?? 0) <= memoryAtMost, `${name}: at most ${large.memory?.toFixed(0)} MB`)
    if (name === "cold") checkRun(join(folder, "many/artifacts/runs"))
  }
  for (const name of [...questions, "no change", "cold"] as const) await interrupt(name)
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
console.log(`${many.toLocaleString("en")} tasks, ${ends} signals, ${wrong} wrong`)
process.exitCode = wrong > 0 ? 1 : 0

type Name = "cold" | "no change" | "one change" | (typeof questions)[number]

function commandOf(own: OwnProject, name: Name): Command {
  if (name === "cold") own.forget()
  if (name === "cold" || name === "no change") return own.command
  return name === "one change" ? own.change(0) : own[name]
}

function checkRun(runs: string): void {
  const [run] = readdirSync(runs)
  const { size } = statSync(join(runs, run!, "index.html"))
  check(size <= pageAtMost, `the page has ${(size / 1e3).toFixed(0)} kB`)
  const files = readdirSync(join(runs, run!)).length
  check(files <= filesAtMost, `the folder of the run has ${files} files`)
}

/** At moments spread over as long as it takes. Each ends by the signal; what is over just then may say that all is done. */
async function interrupt(name: Name): Promise<void> {
  const { seconds } = sample(commandOf(projects.many, name))
  let longest = 0
  for (let i = 0; i < signals; i++) {
    const { code, took } = await ended(commandOf(projects.many, name), (1000 * seconds * (i + 0.5)) / signals)
    if (took === undefined) continue
    ends++
    longest = Math.max(longest, took)
    if (code !== 130 && code !== 0 && code !== null)
      check(false, `${name}: interrupted, it ended with ${code}`)
  }
  check(longest <= endAtMost, `${name}: at most ${longest.toFixed(0)} ms from a signal to its end`)
}

interface End {
  /** Null when the system ended it, before Node had begun. */
  readonly code: number | null
  /** Milliseconds from the signal to the end; undefined when it had ended before. */
  readonly took: number | undefined
}

function ended({ program, args, cwd }: Command, wait: number): Promise<End> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, stdio: "ignore" })
    let sent: number | undefined
    const timer = setTimeout(() => {
      sent = performance.now()
      child.kill("SIGINT")
    }, wait)
    child.on("exit", (code) => {
      clearTimeout(timer)
      resolve({ code, took: sent === undefined ? undefined : performance.now() - sent })
    })
  })
}
