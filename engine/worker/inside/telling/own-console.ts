// What a stage within the coordinator prints with `console` is its task's, and not the coordinator's.
import { format } from "node:util"

type Print = (text: string) => void

/** Of the tasks whose stage runs now, the latest last: a stage within the coordinator is synchronous, so that is the one. */
const printing: Array<Print> = []
let isTaken = false

/** From here until `giveBack`, what `console` is told goes to `print`. */
export function takeConsole(print: Print): void {
  if (!isTaken) take()
  printing.push(print)
}

export function giveBack(print: Print): void {
  const at = printing.lastIndexOf(print)
  if (at >= 0) printing.splice(at, 1)
}

function take(): void {
  isTaken = true
  for (const level of ["log", "info", "debug", "warn", "error", "trace"] as const) {
    const real = console[level].bind(console)
    console[level] = (...args: ReadonlyArray<unknown>) => {
      const print = printing.at(-1)
      if (print === undefined) real(...args)
      else print(`${format(...args)}\n`)
    }
  }
}
