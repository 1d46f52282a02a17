// The table that `npm run test:long` ends with: a line for each part.

export interface Row {
  readonly part: string
  readonly counts: string
  readonly seconds: number
  readonly verdict: "passed" | "FAILED"
}

/** Columns as wide as their widest cell; numbers end where they end in each row. */
export function table(rows: ReadonlyArray<Row>): string {
  const cells = [
    ["part", "counts", "seconds", ""],
    ...rows.map(({ part, counts, seconds, verdict }) => [part, counts, seconds.toFixed(1), verdict]),
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]!.length)))
  const line = (row: ReadonlyArray<string>): string =>
    row
      .map((cell, column) => (column === 2 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join("  ")
      .trimEnd()
  return cells.map(line).join("\n")
}
