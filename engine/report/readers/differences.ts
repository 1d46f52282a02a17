// Differences that verification found, in words. Knows the data, not how it was found.
import type { Difference } from "../differences.ts"
import { visibleInLine } from "../visible.ts"
import { counted, someOf } from "./counted.ts"
import { reasonText } from "./reasons.ts"

/** The lines of one difference: what, where, and the detail below. */
export function differenceLines(difference: Difference): ReadonlyArray<string> {
  switch (difference.what) {
    case "not-locked":
      return [`${difference.task} is not in the lock file`]
    case "not-declared":
      return [`${difference.task} is in the lock file, but is not declared any more`]
    case "key":
      return [
        difference.group === undefined
          ? `${difference.task} has another key than the lock`
          : `${counted(difference.group.tasks, "task")} of ${difference.group.stage} in the group ${difference.task} ${difference.group.tasks === 1 ? "has another key" : "have other keys"} than the lock`,
        ...difference.why.map((reason) => `    ${reasonText(reason)}`),
      ]
    case "more":
      return [`${counted(difference.differences, "more difference")} in the group ${difference.task}`]
    case "content":
      return [
        `${difference.task}: what the lock quotes of ${difference.output} is not what its ${["params", "code"].includes(difference.output) ? "key" : "digest"} says; one of them was edited`,
      ]
    case "result":
      return [
        `the result ${difference.name} is ${difference.found ?? "returned no more"}, ${difference.locked === null ? "and the lock does not name it" : `the lock says ${difference.locked}`}`,
      ]
    case "locked":
      return [lockedLine(difference)]
    case "locked-missing":
      return [
        `${difference.result} of the experiment "${difference.experiment}", ${short(difference.digest)} by its lock file, is not in this store`,
        `    run that experiment first (--exp ${difference.experiment} --locked), or copy the artifact here`,
      ]
    case "observed-missing":
      return observedLines([difference.task], difference.at)
    case "file":
      return [`the input file ${difference.path} is not the one that was locked`]
    case "output":
      return [
        `${difference.task}: ${difference.output} is ${short(difference.found)}, ${difference.from ?? "the lock"} says ${short(difference.locked)}`,
        ...difference.details.map((line) => `    ${line}`),
      ]
    case "links":
      return [
        difference.found > difference.locked
          ? `${difference.task}: its chain goes on after link ${difference.locked}, the last that ${difference.from ?? "the lock"} has`
          : `${difference.task}: its chain ends after link ${difference.found}, ${difference.from ?? "the lock"} has ${difference.locked}`,
      ]
    case "undeclared":
      return [
        `${difference.task} opened what is neither input, source, installed nor of the system: ${difference.paths.map(visibleInLine).join(", ")}`,
        "    wire it as an input (file), or declare it among the sources: no key says what is in it",
      ]
    case "object":
      return objectLines(difference)
    case "refused-pair":
      return [
        `${difference.stage}: code ${short(difference.today)} gave another ${difference.output} of ${difference.task} than code ${short(difference.earlier)} when they were compared before`,
        "    its results stay refused for this pair of codes: run the stage instead (--exp NAME), or undo what changed",
      ]
    case "failed":
      return [`${difference.task} could not be verified: ${difference.message}`]
  }
}

/** @param at of the first of them */
const observedLines = (tasks: ReadonlyArray<string>, at: string | null): ReadonlyArray<string> => [
  at === null
    ? `${someOf(tasks)}: the lock file does not say when that was observed`
    : `what ${someOf(tasks)} observed${tasks.length === 1 ? ` at ${at}` : ""} is not in this store`,
  at === null
    ? "    run without --locked, which observes nothing, then --update-lock"
    : "    name the store that has it with --artifacts, or copy its objects here; --locked asks nothing again",
]

function lockedLine({
  experiment,
  result,
  locked,
  found,
}: Extract<Difference, { readonly what: "locked" }>): string {
  const input = `${result} of the experiment "${experiment}"`
  if (found === null) return `${input} is an input in the lock file, but is not declared any more`
  if (locked === null) return `${input} is an input, but not one in the lock file`
  return `${input} is ${short(found)} by that one's lock file, this one's was made with ${short(locked)}`
}

function objectLines({
  digest,
  names,
  missing = false,
}: Extract<Difference, { readonly what: "object" }>): ReadonlyArray<string> {
  const of = names.length > 0 ? ` (${names.join(", ")})` : ""
  return missing
    ? [
        `artifact ${digest}, which a result in the ledger names, is not in the store any more${of}`,
        "    the next run of its experiment (--exp NAME) makes it again",
      ]
    : [
        `stored artifact ${digest} does not hold what its digest promises${of}`,
        "    it was quarantined; the next run makes it again",
      ]
}

/** @param same more than one, which differ in their task alone */
export function sharedLines(same: ReadonlyArray<Difference>): ReadonlyArray<string> {
  const [first] = same
  const names = same.map((each) => ("task" in each ? each.task : ""))
  const tasks = counted(same.length, "task")
  switch (first!.what) {
    case "not-locked":
      return [`${tasks} are not in the lock file: ${someOf(names)}`]
    case "not-declared":
      return [`${tasks} are in the lock file, but are not declared any more: ${someOf(names)}`]
    case "key":
      if (first!.group !== undefined) return same.flatMap(differenceLines)
      return [
        `${tasks} have another key than the lock: ${someOf(names)}`,
        ...first!.why.map((reason) => `    ${reasonText(reason)}`),
      ]
    case "observed-missing":
      return observedLines(names, first!.at)
    case "failed":
      return [`${tasks} could not be verified: ${someOf(names)}`, `    ${first!.message}`]
    default:
      return same.flatMap(differenceLines)
  }
}

const short = (digest: string | null): string => (digest === null ? "absent" : digest.slice(0, 12))
