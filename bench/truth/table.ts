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
      ...present.map((tool) => shown(columns.get(tool.name)!.get(edit.name)!, isExcused(tool, edit))),
    ])
  for (const verdict of ["right", "refused", "needless", "stale", "n/a"] as const) {
    const counts = present.map(
      ({ name }) =>
        edits.filter((edit) => columns.get(name)!.get(edit.name)!.verdict === verdict).length || "",
    )
    line([`*${verdict}*`, "", ...counts.map(String)])
  }
  console.log(`\n${present.map(({ name, version }) => `${name} ${version()}`).join(", ")}; ${machine()}`)
  for (const tool of present) {
    const isNeedless = (name: string) => columns.get(tool.name)!.get(name)?.verdict === "needless"
    for (const [name, reason] of Object.entries(tool.excused ?? {}))
      if (isNeedless(name)) console.log(`\n${tool.name}, ${name}: ${reason}.`)
  }
  if (withNotes) printNotes(edits, present, columns)
  return present.some((tool) =>
    edits.some((edit) => {
      const { verdict } = columns.get(tool.name)!.get(edit.name)!
      const isOff = verdict === "stale" || (verdict === "needless" && !isExcused(tool, edit))
      return verdict === "FAILED" || (tool.name === "Refold" && isOff)
    }),
  )
}

const machine = (): string => {
  const python = spawnSync("python3", ["--version"], { encoding: "utf8" }).stdout?.trim() ?? "no Python"
  return `Node ${process.version}, ${python}, ${process.platform}, ${new Date().toISOString().slice(0, 10)}`
}

export const isExcused = ({ excused }: Tool, { name }: Edit): boolean => excused?.[name] !== undefined

function should({ must = [], may = [] }: Edit): string {
  const parts = [...must, ...may.map((stage) => `(${stage})`)]
  return parts.length === 0 ? "nothing" : parts.join(", ")
}

function shown({ verdict }: Tried, excused: boolean): string {
  if (verdict === "stale") return "**stale**"
  if (verdict === "needless") return excused ? "*needless*, excused" : "*needless*"
  return verdict
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
