// The live reader for a terminal: finished lines scroll away above a few lines of what runs now, with time left.
import type { Event, EventOf } from "../events.ts"
import { linesOf } from "./plain.ts"
import { duration } from "./reasons.ts"
import { cellText } from "./table.ts"

interface Running {
  readonly started: number
  progress: EventOf<"progress"> | undefined
}

/** @param columns the terminal's width now; @param now seconds */
export function terminal(write: (text: string) => void, columns: () => number, now: () => number) {
  const running = new Map<string, Running>()
  let plan: EventOf<"run-started"> | undefined
  const took = new Map<string, { count: number; seconds: number }>()
  const open = new Set<string>()
  let drawn = 0
  let last = 0
  let estimate = { at: Number.NEGATIVE_INFINITY, text: "" }

  const erase = (): string => (drawn === 0 ? "" : `\x1b[${drawn}F\x1b[J`)

  /** Looks at every task that is left, so not with every event. */
  const timeLeft = (): string => {
    if (now() - estimate.at >= 0.2) estimate = { at: now(), text: estimated() }
    return estimate.text
  }

  const estimated = (): string => {
    if (plan === undefined) return ""
    let seconds = 0
    for (const { task, stage, expected } of plan.plan) {
      if (!open.has(task)) continue
      const own = took.get(stage)
      const whole = expected ?? (own === undefined ? undefined : own.seconds / own.count)
      const current = running.get(task)
      if (current?.progress !== undefined && current.progress.done > 0) {
        const { done, total, seconds: spent } = current.progress
        seconds += (spent / done) * (total - done)
      } else if (whole === undefined) {
        return ""
      } else {
        seconds += Math.max(0, whole - (current === undefined ? 0 : now() - current.started))
      }
    }
    return `, about ${duration(seconds / Math.max(1, plan.jobs))} left`
  }

  const draw = (): string => {
    const lines = [...running].map(([task, { started, progress }]) => {
      if (progress === undefined) return `  ⋯ ${task}  ${duration(now() - started)}`
      const { done, total, unit, seconds, metrics } = progress
      const bar = "█".repeat(Math.round((12 * done) / total)).padEnd(12, "░")
      const left = done === 0 ? "" : `, ${duration((seconds / done) * (total - done))} left`
      const shown = Object.entries(metrics)
        .slice(0, 4)
        .map(([name, value]) => `${name} ${cellText(value)}`)
      return `  ${bar} ${task}  ${unit} ${done}/${total}${left}  ${shown.join("  ")}`
    })
    if (plan !== undefined && running.size > 0) {
      lines.push(`  ${plan.plan.length - open.size} of ${plan.plan.length} tasks done${timeLeft()}`)
    }
    drawn = lines.length
    return lines.map((line) => `${line.slice(0, Math.max(20, columns() - 1))}\n`).join("")
  }

  return (event: Event): void => {
    if (event.event === "run-started") {
      plan = event
      for (const { task } of event.plan) open.add(task)
    }
    if (event.event === "task-started") running.set(event.task, { started: now(), progress: undefined })
    if (event.event === "progress") {
      const entry = running.get(event.task)
      if (entry !== undefined) entry.progress = event
      if (now() - last < 0.1) return
    }
    if (event.event === "task-finished") {
      running.delete(event.task)
      open.delete(event.task)
      if (event.status === "ran") {
        const { count, seconds } = took.get(event.stage) ?? { count: 0, seconds: 0 }
        took.set(event.stage, { count: count + 1, seconds: seconds + event.seconds })
      }
    }
    last = now()
    const lines = event.event === "task-started" ? [] : linesOf(event)
    write(erase() + lines.map((line) => `${line}\n`).join("") + draw())
  }
}
