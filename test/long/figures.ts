// What a part of `npm run test:long` printed, as figures for its table.

export interface Figures {
  /** How much was tried, in words. */
  readonly counts: string
  /** Lines that say what failed. */
  readonly failures: ReadonlyArray<string>
}

const sum = (output: string, pattern: RegExp): number =>
  [...output.matchAll(pattern)].reduce((all, [, found]) => all + Number(found), 0)

const plural = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`

/** Of tap's output: its closing line, and the lines with which each process tells how many cases it drew. */
export function ofLaws(output: string): Figures {
  const assertions = sum(output, /^# \{ total: (\d+)/gm)
  const cases = sum(output, /# random cases: (\d+)/g)
  const failures = output.split("\n").filter((line) => /^ +not ok/.test(line))
  return { counts: `${plural(assertions, "assertion")}, ${plural(cases, "random case")}`, failures }
}

/** Of what tap printed of the models that PyTorch ran: how far its logits were off, or why there were none. */
export function ofPytorch(output: string): Figures {
  const skipped = /# SKIP (.+)/.exec(output)?.[1]
  const found = [...output.matchAll(/# .*at most ([\d.e+-]+)/g)].map(([, difference]) => Number(difference))
  const most = found.reduce((a, b) => Math.max(a, b), 0)
  const counts =
    skipped ?? `${plural(found.length, "comparison")}, logits off by at most ${most.toExponential(1)}`
  return { counts, failures: ofLaws(output).failures }
}

/** Of what tap printed of visits to pages: which browser was not there is said. */
export function ofBrowsers(output: string): Figures {
  const { counts, failures } = ofLaws(output)
  const skipped = new Set([...output.matchAll(/# SKIP (.+)/g)].map(([, why]) => why!))
  return { counts: [counts.split(",")[0]!, ...skipped].join("; "), failures }
}

/** Of the output of coordinators.ts: a table with a row for each of its parts. */
export function ofCoordinators(output: string): Figures {
  const rows = output.split("\n").filter((line) => / {2}(passed|FAILED)$/.test(line))
  const failures =
    rows.length === 0 ? ["it did not get to its end"] : rows.filter((row) => row.endsWith("FAILED"))
  return { counts: plural(rows.length, "part"), failures }
}

/** Of the output of kill.ts: its closing lines. */
export function ofKills(output: string): Figures {
  const counts = output.split("\n").find((line) => /^\d+ kills of /.test(line)) ?? "it did not get to its end"
  return { counts, failures: output.split("\n").filter((line) => /^ +WRONG|went wrong/.test(line)) }
}

/** Of the output of edits.ts: its closing line, and the heads of what was wrong. */
export function ofEdits(output: string): Figures {
  const counts =
    output.split("\n").find((line) => /^[\d,]+ edits of \d+ kinds/.test(line)) ?? "it did not get to its end"
  return { counts, failures: output.split("WRONG: ").slice(1) }
}

/** Of the output of scale.ts: its closing line, and what was wrong. */
export function ofScale(output: string): Figures {
  const counts =
    output.split("\n").find((line) => /^[\d,]+ tasks, /.test(line)) ?? "it did not get to its end"
  return { counts, failures: output.split("\n").filter((line) => line.startsWith("WRONG")) }
}
