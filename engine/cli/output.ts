// What a command prints: lines, and events through the reader that fits: JSON lines, a live terminal, or plain lines.
import * as Layer from "effect/Layer"
import { Events } from "../report/events.ts"
import { jsonLines } from "../report/readers/json-lines.ts"
import { linesOf } from "../report/readers/plain.ts"
import { terminal } from "../report/readers/terminal.ts"

export const print = (line: string): void => void process.stdout.write(`${line}\n`)

export const reporting = (json: boolean): Layer.Layer<Events> =>
  Layer.sync(Events, () => {
    const write = (text: string): void => void process.stdout.write(text)
    if (json) return { emit: jsonLines(write) }
    if (process.stdout.isTTY)
      return {
        emit: terminal(
          write,
          () => process.stdout.columns ?? 80,
          () => performance.now() / 1000,
        ),
      }
    return {
      emit: (event) => {
        for (const line of linesOf(event)) print(line)
      },
    }
  })

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is removed
export const plain = (text: string): string => text.replace(/\x1b\[[0-9;]*m/g, "")
