// The JSON-lines reader: one event a line on standard output, and nothing else there.
import type { Event } from "../events.ts"

export const jsonLines =
  (print: (line: string) => void) =>
  (event: Event): void =>
    print(JSON.stringify(event))
