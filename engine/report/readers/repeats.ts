// What would be said again and again is said once: differences that many tasks share, and a line that comes many times.
import type { Difference } from "../differences.ts"
import { counted } from "./counted.ts"
import { differenceLines, sharedLines } from "./differences.ts"

/** Differences that came one after the other, grouped by what differs. */
export class SharedDifferences {
  readonly #groups = new Map<string, Array<Difference>>()

  add(difference: Difference): void {
    const { task: _, ...shared } = { task: "", ...difference }
    const group = JSON.stringify(shared)
    const same = this.#groups.get(group)
    if (same === undefined) this.#groups.set(group, [difference])
    else same.push(difference)
  }

  /** Their lines, in the order in which they came first. */
  take(): ReadonlyArray<string> {
    const lines = [...this.#groups.values()].flatMap((same) =>
      same.length === 1 ? differenceLines(same[0]!) : sharedLines(same),
    )
    this.#groups.clear()
    return lines.map((line) => `  ${line}`)
  }
}

/** A line that comes many times in a row is told once, and then how often it came again. */
export class RepeatedLine {
  #line: string | undefined
  #again = 0

  of(lines: ReadonlyArray<string>): ReadonlyArray<string> {
    return lines.flatMap((line) => {
      if (line === this.#line && line !== "") {
        this.#again++
        return []
      }
      const before = this.take()
      this.#line = line
      return [...before, line]
    })
  }

  take(): ReadonlyArray<string> {
    const again = this.#again
    this.#again = 0
    this.#line = undefined
    return again === 0 ? [] : [`           … ${counted(again, "time", "times")} more`]
  }
}
