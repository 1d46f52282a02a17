// Reasons and durations in words, for people. Knows the data of `explain`, not how it was found.
import type { Decision, Reason } from "../../key/explain.ts"
import { visibleInLine } from "../visible.ts"

export function reasonText(reason: Reason): string {
  switch (reason.reason) {
    case "never-ran":
      return "never ran"
    case "forced":
      return "forced"
    case "upstream":
      return `new ${reason.tasks.length > 3 ? `outputs of ${reason.tasks.length} tasks` : reason.tasks.join(", ")}`
    case "wiring":
      return "wired to other inputs, or the lock's digests upstream were edited"
    case "key-format":
      return reason.isKnown
        ? `the format of keys is new: ${reason.before} → ${reason.after}`
        : `its key is of a format that this version does not know: ${visibleInLine(reason.before)}`
    case "forgotten":
      return reason.answers === 1
        ? "what it observed was set aside"
        : `all ${reason.answers} that it observed were set aside`
    case "stale":
      return `observed at ${reason.at}, and fresh for ${reason.fresh}`
    case "probe":
      return `to be probed: observed at ${reason.at}${reason.probed === null ? "" : `, probed at ${reason.probed}`}`
    case "unprobed":
      return `observed at ${reason.at}, before it had a probe`
    case "refused":
      return visibleInLine(reason.message)
    case "not-needed":
      return decisionText(reason)
    case "object-missing":
      return `its output ${reason.output} (${short(reason.digest)}) is missing from the store`
    case "param":
      return `${reason.path} ${value(reason.before)} → ${value(reason.after)}`
    case "source":
      return `${reason.path} ${reason.change}`
    case "code":
      return `code ${short(reason.before)} → ${short(reason.after)}`
    case "package":
      if (reason.versions !== undefined)
        return `package ${reason.name} ${reason.versions.before} → ${reason.versions.after}`
      if (reason.name.endsWith("@sha256") && reason.before !== null && reason.after !== null)
        return `image ${reason.name.slice(0, -"@sha256".length)} ${reason.before.slice(0, 8)} → ${reason.after.slice(0, 8)}`
      if (reason.before === null) return `package ${reason.name} added`
      return reason.after === null ? `package ${reason.name} removed` : `package ${reason.name} changed`
    case "input":
      return `input ${reason.role} ${short(reason.before)} → ${short(reason.after)}${filesText(reason.files)}`
    case "order":
      return `input ${reason.role} in another order`
    case "numerics":
      return `numerics ${value(reason.before)} → ${value(reason.after)}`
    case "environment":
      return environmentText(reason)
    case "command":
      return `command ${value(reason.before)} → ${value(reason.after)}`
  }
}

/** Such as `python 1d0c1a7e → 9f3b2a11`. */
function environmentText({
  what,
  name,
  before,
  after,
}: Extract<Reason, { readonly reason: "environment" }>): string {
  if (what === "executable") return `executable ${name} ${short(before)} → ${short(after)}`
  if (what === "variable") return `variable ${name} ${variable(before)} → ${variable(after)}`
  return `${what} ${value(before)} → ${value(after)}`
}

/** Names of files that a line has room for. */
const namedFiles = 3

/** Such as `: 7.png edited; 8.png, 9.png and 2 more removed`. */
function filesText(files: Extract<Reason, { readonly reason: "input" }>["files"]): string {
  if (files === undefined || files.length === 0) return ""
  const parts = files.map(({ change, count, names }) => {
    const some = names.slice(0, namedFiles).map(visibleInLine).join(", ")
    return `${some}${count > namedFiles ? ` and ${count - namedFiles} more` : ""} ${change}`
  })
  return `: ${parts.join("; ")}`
}

/** Such as `select gave choice.method "linear"`. */
export const decisionText = ({ task, output, path, value: decided }: Omit<Decision, "branches">): string =>
  `${task ?? "a file"} gave ${[output, ...path].join(".")} ${value(JSON.stringify(decided))}`

/** What is probed may not be observed again. */
export function startedLine(task: string, why: ReadonlyArray<Reason>): string {
  return `  ${why[0]?.reason === "probe" ? "probe  " : "run    "}  ${task}  (${reasonsText(why)})`
}

/** At most `limit` reasons, then how many more there are. */
export const reasonsText = (reasons: ReadonlyArray<Reason>, limit = 3): string =>
  [
    ...reasons.slice(0, limit).map(reasonText),
    ...(reasons.length > limit ? [`and ${reasons.length - limit} more`] : []),
  ].join(", ")

const value = (given: unknown): string => {
  if (given === null) return "(none)"
  const text = visibleInLine(typeof given === "string" ? given : JSON.stringify(given))
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** One that is set may be empty. */
const variable = (held: string | null): string =>
  held === null ? "(not set)" : value(held === "" ? '""' : held)

const short = (digest: string | null): string => (digest === null ? "(none)" : digest.slice(0, 8))

/** 0.42 s, 7.3 s, 1 min 20 s, 2 h 5 min. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
