// What a task's log is told of what its own code looked at and saw fixed or absent: once each, by name and place.
import type { TaskFile } from "../../protocol.ts"
import { originOf } from "./bundle-origins.ts"
import type { Caller } from "./caller.ts"

/** What was said while a bundle was loaded, which happens once: each task of it is told. */
const ofLoading = new Map<string, Array<string>>()

export class Notes {
  readonly #task: Pick<TaskFile, "stage" | "code">
  readonly #print: (text: string) => void
  readonly #said = new Set<string>()
  readonly #lines = new Set<string>()

  constructor(task: Pick<TaskFile, "stage" | "code">, print: (text: string) => void) {
    this.#task = task
    this.#print = print
  }

  /** Whether there was a note of this. */
  has(what: string): boolean {
    return this.#said.has(what)
  }

  /**
   * @param what one note is made of each
   * @param used such as `read the clock (Date.now)`
   * @param seen such as `which stands still`
   */
  note(what: string, used: string, seen: string, caller: Caller, isLoading: boolean): void {
    this.#said.add(what)
    const line = `stage "${this.#task.stage}" ${used}${this.#place(caller)}, ${seen}\n`
    if (isLoading) ofLoading.set(this.#task.code, [...(ofLoading.get(this.#task.code) ?? []), line])
    this.#say(line)
  }

  /** What was said when these modules were loaded is said in this attempt, too. */
  endLoading(): void {
    for (const line of ofLoading.get(this.#task.code) ?? []) this.#say(line)
  }

  #say(line: string): void {
    if (this.#lines.has(line)) return
    this.#lines.add(line)
    this.#print(line)
  }

  #place({ line, column }: Caller): string {
    const origin = originOf(this.#task.code, line, column)
    return origin === undefined ? "" : ` at ${origin.path}:${origin.line}`
  }
}
