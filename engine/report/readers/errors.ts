// What a task failed with, as lines for people: where, the source line, and what stands behind it.
import type { TaskFailureFacts, ThrownFacts } from "../events.ts"

/** Places of one error that are shown. */
const placesAtMost = 12

/** The lines below an error's message, each with `indent` before it; none where nothing is known. */
export const errorLines = (error: TaskFailureFacts, indent: string): ReadonlyArray<string> =>
  [...tagged(error), ...error.causes.flatMap(causeLines)].map((line) => `${indent}${line}`)

/** Further lines of a message stand below its first. */
export const messageLines = (
  { message }: ThrownFacts,
  before: string,
  indent: string,
): ReadonlyArray<string> =>
  message.split("\n").map((line, i) => (i === 0 ? `${before}${line}` : `${indent}${line}`))

/** The tag stands before the first place, or alone. */
function tagged(error: ThrownFacts): ReadonlyArray<string> {
  const [first, ...rest] = placeLines(error)
  if (first !== undefined) return [`${error.tag} at ${first}`, ...rest]
  return ["Error", "Thrown"].includes(error.tag) ? [] : [`(${error.tag})`]
}

const causeLines = (cause: ThrownFacts): ReadonlyArray<string> => [
  ...messageLines(cause, `caused by ${cause.tag}: `, "  "),
  ...placeLines(cause).map((line) => `  ${line}`),
]

function placeLines({ stack, excerpt }: ThrownFacts): ReadonlyArray<string> {
  const places = stack
    .slice(0, placesAtMost)
    .flatMap((at) => [at, ...(at === excerpt?.at ? excerptLines(excerpt) : [])])
  const left = stack.length - placesAtMost
  return left > 0 ? [...places, `and ${left} more`] : places
}

/** The line with its number, and a mark below the column. */
function excerptLines({ at, text }: NonNullable<ThrownFacts["excerpt"]>): ReadonlyArray<string> {
  const [, row = "", column = "1"] = /:(\d+):(\d+)$/.exec(at) ?? []
  const margin = " ".repeat(row.length)
  const before = text.slice(0, Number(column) - 1).replace(/[^\t]/g, " ")
  return [`  ${row} | ${text}`, `  ${margin} | ${before}^`]
}
