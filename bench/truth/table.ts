// The table as Markdown: a row for each edit, a column for each tool, then what is known and excused, and what each verdict rests on.
import { spawnSync } from "node:child_process"
import type { Tried } from "./lab.ts"
import type { Edit, Tool } from "./tool.ts"

type Columns = ReadonlyMap<string, ReadonlyMap<string, Tried>>

/** @returns whether something failed, or Refold is not right without an excuse */
export function printTruth(
  edits: ReadonlyArray<Edit>,
  tools: ReadonlyArray<Tool>,
  columns: Columns,
  withNotes: boolean,
): boolean {
  const present = tools.filter(({ name }) => columns.has(name))
  const line = (cells: ReadonlyArray<string>): void => console.log(`| ${cells.join(" | ")} |`)
  line(["edit", "should run", ...present.map(({ name }) => name)])
  line(["edit", "should", ...present].map(() => "---"))
  for (const edit of edits)
    line([
      edit.name,
      should(edit),
      ...present.map((tool) => shown(tool, edit, columns.get(tool.name)!.get(edit.name)!)),
    ])
  for (const verdict of ["right", "refused", "needless", "stale", "n/a"] as const) {
    const counts = present.map(
      ({ name }) =>
        edits.filter((edit) => columns.get(name)!.get(edit.name)!.verdict === verdict).length || "",
    )
    line([`*${verdict}*`, "", ...counts.map(String)])
  }
  console.log(`\n${present.map(({ name, version }) => `${name} ${version()}`).join(", ")}; ${machine()}`)
  for (const { excused = {} } of present)
    for (const [i, [name, { why }]] of Object.entries(excused).entries())
      if (edits.some((edit) => edit.name === name)) console.log(`\n- ${marks[i]} *${name}*: ${why}.`)
  if (withNotes) printNotes(edits, present, columns)
  return present.some((tool) =>
    edits.some((edit) => {
      const tried = columns.get(tool.name)!.get(edit.name)!
      return tried.verdict === "FAILED" || (tool.name === "Refold" && !isAsKnown(tool, edit, tried))
    }),
  )
}

const machine = (): string => {
  const python = spawnSync("python3", ["--version"], { encoding: "utf8" }).stdout?.trim() ?? "no Python"
  return `Node ${process.version}, ${python}, ${process.platform}, ${new Date().toISOString().slice(0, 10)}`
}

const marks = "¹²³⁴⁵⁶⁷⁸⁹"

/** Whether it is right, or runs without need just what is excused, and that still. */
export function isAsKnown({ excused }: Tool, { name }: Edit, { verdict, needless = [] }: Tried): boolean {
  const runs = excused?.[name]?.runs
  if (runs === undefined) return verdict === "right" || verdict === "refused" || verdict === "n/a"
  return verdict === "needless" && String(needless) === String(runs)
}

function should({ must = [], may = [] }: Edit): string {
  const parts = [...must, ...may.map((stage) => `(${stage})`)]
  return parts.length === 0 ? "nothing" : parts.join(", ")
}

function shown({ excused = {} }: Tool, { name }: Edit, { verdict }: Tried): string {
  if (verdict === "stale") return "**stale**"
  if (verdict !== "needless") return verdict
  const at = Object.keys(excused).indexOf(name)
  return at < 0 ? "*needless*" : `*needless* ${marks[at]}`
}

function printNotes(edits: ReadonlyArray<Edit>, tools: ReadonlyArray<Tool>, columns: Columns): void {
  for (const edit of edits) {
    console.log(`\n${edit.name}: ${edit.why}`)
    for (const tool of tools) {
      const { verdict, note } = columns.get(tool.name)!.get(edit.name)!
      if (note !== "") console.log(`  ${tool.name}: ${verdict}; ${note}`)
    }
  }
}
