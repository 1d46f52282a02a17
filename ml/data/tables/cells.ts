// A table as the text of its cells, whatever file they came from, and what can be wrong with one; it knows no types.

export interface Cells {
  readonly names: ReadonlyArray<string>
  /** Of each column the trimmed text of its cells; null where the file has none. */
  readonly columns: ReadonlyArray<ReadonlyArray<string | null>>
  /** Of each column whether the file itself says that it holds text, so that digits are no numbers. */
  readonly areText: ReadonlyArray<boolean>
  readonly count: number
  /** Where a row stands in the file, by its place: "line 17". */
  readonly where: (row: number) => string
}

/** What is wrong with a table: where, and what to do. */
export class TableError extends Error {
  readonly _tag = "TableError"

  constructor(message: string) {
    super(message)
    this.name = "TableError"
  }
}

/** @throws TableError when there is no column of the name */
export function columnOf(cells: Cells, name: string): number {
  const at = cells.names.indexOf(name)
  if (at >= 0) return at
  throw new TableError(
    `there is no column "${name}": the table has ${cells.names.map((each) => `"${each}"`).join(", ")}`,
  )
}

/** @throws TableError for a column without a name, or a name that two have */
export function checkNames(names: ReadonlyArray<string>): void {
  const seen = new Map<string, number>()
  for (const [at, name] of names.entries()) {
    if (name === "") throw new TableError(`column ${at + 1} has no name: give it one in the first line`)
    const first = seen.get(name)
    if (first !== undefined)
      throw new TableError(`columns ${first + 1} and ${at + 1} are both called "${name}": rename one of them`)
    seen.set(name, at)
  }
}
