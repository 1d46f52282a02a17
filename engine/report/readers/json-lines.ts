// The JSON-lines reader: one event a line on standard output, and nothing else there.
import type { Event } from "../events.ts"

export const jsonLines =
  (write: (text: string) => void) =>
  (event: Event): void =>
    write(`${JSON.stringify(event)}\n`)
