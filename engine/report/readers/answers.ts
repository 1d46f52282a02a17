// Answers for people to one question about many tasks: each is told once, for all tasks of which it is the same. It knows no
// question.
import { counted, someOf } from "./counted.ts"

/** What is said of a task. */
export interface Answer {
  /** After the name of the task, or of several. */
  readonly head: (isOne: boolean) => string
  /** Lines below it. */
  readonly details: ReadonlyArray<string>
}

/** Answers that a person reads; programs get one for each task. */
const answersAtMost = 20

export class Answers {
  readonly #answers = new Map<string, Answer & { readonly tasks: Array<string> }>()
  /** Tasks of which something else is said. */
  readonly #others: Array<string> = []

  add(task: string, answer: Answer): void {
    const said = JSON.stringify([answer.head(true), answer.details])
    const same = this.#answers.get(said)
    if (same !== undefined) same.tasks.push(task)
    else if (this.#answers.size < answersAtMost) this.#answers.set(said, { ...answer, tasks: [task] })
    else this.#others.push(task)
  }

  /** In the order in which they came first. */
  lines(): ReadonlyArray<string> {
    const lines = [...this.#answers.values()].flatMap(({ tasks, head, details }) => {
      const isOne = tasks.length === 1
      const names = isOne ? tasks[0] : `${counted(tasks.length, "task")} (${someOf(tasks)})`
      return [`${names} ${head(isOne)}`, ...details.map((detail) => `  ${detail}`)]
    })
    if (this.#others.length > 0)
      lines.push(
        `and ${counted(this.#others.length, "task")} for other reasons (${someOf(this.#others)}): ask for one of them, or with --json for all`,
      )
    return lines
  }
}
