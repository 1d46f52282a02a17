// The reader for people whose standard output is not a terminal, and what a terminal shows once a thing is over.

import type { Decision, Reason } from "../../key/explain.ts"
import type { Difference } from "../differences.ts"
import type { Event, EventOf } from "../events.ts"
import { adoptionLines } from "./adoption.ts"
import { comparedLines } from "./compared.ts"
import { counted, someOf } from "./counted.ts"
import { differenceLines } from "./differences.ts"
import { errorLines, messageLines } from "./errors.ts"
import { gateLine } from "./gates.ts"
import { openedLine, plannedGroupLine, ToldGroups } from "./groups.ts"
import { letGoLine } from "./let-go.ts"
import { observedLines } from "./observed.ts"
import { PlannedTasks, planBytesLines, plannedLine } from "./planned.ts"
import { PrintedLines } from "./printed.ts"
import { decisionText, duration, startedLine } from "./reasons.ts"
import { RepeatedLine, SharedDifferences } from "./repeats.ts"
import { SharedFailures } from "./shared-failures.ts"
import { numberText, textTable } from "./table.ts"
import { tracedLines, verifiedLines } from "./verified.ts"

/** Tells the lines that each event of a run leaves behind, what tasks print among them; what many share is told once. */
export class EventLines {
  readonly #printed = new PrintedLines()
  readonly #shared = new SharedDifferences()
  readonly #planned = new PlannedTasks()
  readonly #repeated = new RepeatedLine()
  readonly #groups = new ToldGroups()
  readonly #failures = new SharedFailures()

  of(event: Event): ReadonlyArray<string> {
    if (event.event === "planned") {
      this.#planned.add(event)
      return []
    }
    if (event.event === "difference") {
      this.#shared.add(event.difference as Difference)
      return []
    }
    this.#groups.hear(event)
    const own = [...this.#printed.of(event), ...this.#told(event)]
    const shared = own.length === 0 ? [] : [...this.#planned.take(), ...this.#shared.take()]
    return this.#repeated.of([...shared, ...own])
  }

  #told(event: Event): ReadonlyArray<string> {
    if (this.#groups.isFolded(event) || this.#failures.isTold(event)) return []
    if (event.event === "run-finished") return [...this.#failures.take(), ...linesOf(event)]
    return event.event === "group-finished" ? this.#groups.finishedLines(event) : linesOf(event)
  }

  /** What is still to be told when no event follows. */
  rest(): ReadonlyArray<string> {
    const shared = [...this.#planned.take(), ...this.#shared.take(), ...this.#failures.take()]
    return [...this.#repeated.of(shared), ...this.#repeated.take()]
  }
}

/** The lines that an event leaves behind by itself; none for what only a live display shows. */
export function linesOf(event: Event): ReadonlyArray<string> {
  switch (event.event) {
    case "run-started":
      return [
        `${event.experiment}: ${startedText(event)}, ${event.jobs} at a time`,
        ...backendLines(event.backend),
        ...kernelsLines(event.kernels),
      ]
    case "task-started":
      return [startedLine(event.task, event.why as ReadonlyArray<Reason>)]
    case "waiting":
      return [waitingLine(event)]
    case "attempt-failed":
      return event.again ? [...failureLines("again  ", event), ...withoutLines(event.without)] : []
    case "artifact-quarantined":
      return [`  corrupt  ${event.digest} was quarantined; ${event.task} needs it, so it is made again`]
    case "nondeterministic":
      if (event.adopted === true)
        return [
          `  WARNING  ${event.task} gave other bytes for ${event.outputs.join(", ")} than those that were adopted for it: they gave way.`,
          "           What else was adopted with it is in doubt: run its stage (--force STAGE).",
        ]
      return [
        `  WARNING  ${event.task} gave other bytes than before for ${event.outputs.join(", ")}: stage "${event.stage}" is not deterministic.`,
        "           The first result stays; the other is kept as evidence.",
      ]
    case "observed-elsewhere":
      return [
        `  elsewhere  what ${event.task} observed at ${event.locked.at}, as the lock file has it, is not in this store: that of ${event.counts.at} counts in its place, and nothing is asked`,
      ]
    case "task-finished":
      if (event.status === "ran") return [`  done     ${event.task}  ${duration(event.seconds)}`]
      if (event.status === "failed") return failureLines("FAILED ", event)
      if (event.decision !== undefined)
        return [`  not needed  ${event.task}  (${decisionText(event.decision as Decision)})`]
      return event.status === "skipped" ? [`  skipped  ${event.task}`] : []
    case "group-opened":
      return [openedLine(event)]
    case "group-planned":
      return [plannedGroupLine(event)]
    case "results":
      return resultLines(event)
    case "lock":
      return lockLines(event)
    case "gate":
      return [gateLine(event)]
    case "compared":
      return ["", ...comparedLines(event)]
    case "difference":
      return differenceLines(event.difference as Difference).map((line) => `  ${line}`)
    case "recomputed":
      return [recomputedLine(event)]
    case "traced":
      return tracedLines(event)
    case "verify-finished":
      return ["", ...verifiedLines(event)]
    case "adopted":
    case "adopt-finished":
      return adoptionLines(event)
    case "let-go":
      return ["", letGoLine(event)]
    case "run-finished":
      return [
        "",
        summary(event),
        ...observedLines(event.observed),
        ...(event.page === undefined ? [] : [`  what failed, on one page: ${event.page}`]),
      ]
    case "planned":
      return [plannedLine(event)]
    case "plan-finished":
      return ["", planSummary(event), ...planBytesLines(event)]
    default:
      return []
  }
}

function startedText({ plan, groups = [] }: EventOf<"run-started">): string {
  const tasks = counted(plan.length, "task")
  return groups.length === 0 ? tasks : `${tasks} and ${counted(groups.length, "group")}`
}

const margin = " ".repeat(11)

function failureLines(
  word: string,
  { task, error }: Pick<EventOf<"task-finished">, "task" | "error">,
): ReadonlyArray<string> {
  if (error === undefined) return [`  ${word}  ${task}: no reason given`]
  return [...messageLines(error, `  ${word}  ${task}: `, margin), ...errorLines(error, margin)]
}

function recomputedLine({ same, task, link, finish, seconds }: EventOf<"recomputed">): string {
  const part = link === null ? "" : `, link ${link}${finish ? " and its end" : ""}`
  return `  ${same ? "same   " : "DIFFERS"}  ${task}${part}  ${duration(seconds)}`
}

const waitingLine = ({ task, mutex, for: { run, pid, host, since } }: EventOf<"waiting">): string =>
  `  waits    ${task}  (run ${run} ${mutex === undefined ? "is at it" : `holds the mutex ${mutex}`}: process ${pid} on ${host}, since ${since.slice(0, 16).replace("T", " ")} UTC)`

const withoutLines = (without: string | undefined): ReadonlyArray<string> =>
  without === undefined ? [] : [`         without ${without}`]

function kernelsLines(kernels: EventOf<"run-started">["kernels"]): ReadonlyArray<string> {
  if (kernels === undefined) return []
  const { name, why } = kernels
  return [`  kernels  ${name}${why === null ? "" : `  (${why})`}`]
}

/** Nothing of the default backend. */
function backendLines(backend: EventOf<"run-started">["backend"]): ReadonlyArray<string> {
  if (backend === undefined) return []
  const { name, exact, why } = backend
  return [
    `  backend  ${name}${why === null ? "" : `  (${why})`}`,
    ...(exact ? [] : ["           not bit-exact: results may differ elsewhere, and enter no lock file"]),
  ]
}

function lockLines({ path, status, differences }: EventOf<"lock">): ReadonlyArray<string> {
  if (status === "same") return ["", `  the same as the lock file ${path}`]
  if (status === "created") return ["", `  lock file written, the first: ${path}`]
  if (status === "incomplete")
    return [
      "",
      `  lock file not written: tasks of groups failed; --incomplete writes what succeeded: ${path}`,
    ]
  const what = differences === 0 ? "keys moved, every output is the same" : counted(differences, "difference")
  if (status === "written") return ["", `  lock file written: ${path} (${what})`]
  return ["", `  differs from the lock file ${path}: ${what}; --update-lock renews it`]
}

/** What is shown of results, in lines: a run may have thousands, and their folder has them all. */
const [mostSummaries, mostRows, mostFacts] = [20, 200, 200]

function resultLines({
  inexact,
  metrics,
  values,
  summaries,
  pictures,
  folder,
  notNeeded = [],
}: EventOf<"results">): ReadonlyArray<string> {
  const lines: Array<string> = []
  for (const { name, rows } of summaries.slice(0, mostSummaries)) {
    lines.push("", `  ${name}`, "", textTable(rows.slice(0, mostRows), "    ", 64))
    if (rows.length > mostRows) lines.push(`    … ${mostRows} of ${rows.length} rows`)
  }
  if (summaries.length > mostSummaries)
    lines.push("", `  … and ${counted(summaries.length - mostSummaries, "table")} more`)
  const facts = [
    ...Object.entries(values).map(
      ([name, value]) => [name, typeof value === "object" ? fields(value) : String(value)] as const,
    ),
    ...headlines(metrics),
  ]
  const width = facts.reduce((width, [name]) => Math.max(width, name.length), 0)
  if (facts.length > 0) lines.push("")
  for (const [name, text] of facts.slice(0, mostFacts)) lines.push(`  ${name.padEnd(width)}  ${text}`)
  if (facts.length > mostFacts)
    lines.push(`  … and ${counted(facts.length - mostFacts, "number or value", "numbers and values")} more`)
  if (notNeeded.length > 0) lines.push("", `  not needed: ${someOf(notNeeded)}`)
  if (inexact !== undefined)
    lines.push(
      "",
      `  computed with ${inexact.numerics}: ${counted(inexact.tasks.length, "task is", "tasks are")} not bit-exact`,
    )
  lines.push(
    "",
    pictures.length === 0
      ? `  every result: ${folder}`
      : `  ${counted(pictures.length, "picture")}, and every other result: ${folder}`,
    `  all on one page: ${folder}/index.html`,
  )
  return lines
}

const fields = (value: unknown): string =>
  Object.entries(value ?? {})
    .map(([name, inner]) => `${name} ${typeof inner === "object" ? JSON.stringify(inner) : inner}`)
    .join(", ")

/** `x` with its 95 % interval where `x.low` and `x.high` stand beside it. */
export function headlines(
  metrics: Readonly<Record<string, number>>,
): ReadonlyArray<readonly [string, string]> {
  return Object.entries(metrics).flatMap(([name, value]) => {
    if (/\.(low|high)$/.test(name)) return []
    const low = metrics[`${name}.low`]
    const high = metrics[`${name}.high`]
    const interval =
      low === undefined || high === undefined
        ? ""
        : `  (95 % interval ${numberText(low)} to ${numberText(high)})`
    return [[name, `${numberText(value)}${interval}`] as const]
  })
}

function summary(event: EventOf<"run-finished">): string {
  const { tasks, ran, cached, failed, skipped, notNeeded = 0, remade, gatesBroken = 0, seconds } = event
  const gates = gatesBroken === 0 ? "" : `${counted(gatesBroken, "gate")} broken; `
  const counts = Object.entries({ ran, cached, failed, skipped, "not needed": notNeeded }).filter(
    ([, count]) => count > 0,
  )
  return `${counted(tasks, "task")}: ${counts.map(([name, count]) => `${count} ${name}`).join(", ")}; ${again(remade)}${gates}${duration(seconds)}`
}

const again = (remade = 0): string =>
  remade === 0 ? "" : `${counted(remade, "known link")} made again for states that had been let go; `

function planSummary({
  backend,
  tasks,
  cached,
  willRun,
  willFail = 0,
  undecided,
  notNeeded = 0,
  least,
  most,
}: EventOf<"plan-finished">): string {
  const time =
    least === null || most === null
      ? "no earlier runs tell how long it takes"
      : least === most
        ? `about ${duration(least)}`
        : `about ${duration(least)} to ${duration(most)}`
  return `${backend === undefined ? "" : `on ${backend.name}${backend.why === null ? "" : ` (${backend.why})`}, `}${counted(tasks, "task")}: ${willRun} will run${willFail === 0 ? "" : ` (${willFail} will fail)`}, ${undecided} undecided, ${cached} cached${notNeeded === 0 ? "" : `, ${notNeeded} not needed`}; ${willRun === 0 ? "nothing to do" : time}`
}
