// A stage that a test controls: each invocation waits until the test lets it end, so that what runs at once is decided.
import * as Schema from "effect/Schema"
import type { Json } from "../content/canonical.ts"
import { many } from "../declare/roles.ts"
import { stage } from "../declare/stage.ts"

/** One task of the stage that has started and waits. */
export interface Invocation {
  /** What the task was declared with. */
  readonly id: string
  /** What upstream gave, by the names under which it was wired. */
  readonly given: Readonly<Record<string, Json>>
  readonly succeed: (value: Json) => void
  readonly fail: (failure: Error) => void
}

/**
 * A stage for a place in memory: `controlled.stage({ id: "a" }, { given: {} }, { id: "a" })` declares a task, `await
 * controlled.next()` waits until one has started.
 */
export function controlledStage(name: string) {
  const started: Array<Invocation> = []
  const waiting: Array<(invocation: Invocation) => void> = []
  let count = 0
  const declared = stage(name, {
    params: Schema.Struct({ id: Schema.String }),
    inputs: { given: many("value") },
    outputs: { value: "value" },
    run: ({ params, inputs }) =>
      new Promise<{ value: Json }>((resolve, reject) => {
        count++
        const invocation: Invocation = {
          id: params.id,
          given: inputs.given,
          succeed: (value) => resolve({ value }),
          fail: reject,
        }
        const waiter = waiting.shift()
        if (waiter === undefined) started.push(invocation)
        else waiter(invocation)
      }),
  })
  return {
    stage: declared,
    /** How often the stage was invoked. */
    get invocations(): number {
      return count
    },
    /** The invocation that started first of those that were not taken yet. */
    next: (): Promise<Invocation> =>
      new Promise((resolve) => {
        const invocation = started.shift()
        if (invocation === undefined) waiting.push(resolve)
        else resolve(invocation)
      }),
  }
}
