// What a worker said that was thrown, told in the author's files: places in a bundle become `lib/rows.ts:12:31`.
import * as Effect from "effect/Effect"
import { authorFrames, type Mapping } from "../code/author-frames.ts"
import { authorsIn } from "../code/kept-map.ts"
import type { StageCode } from "../code/stage-code.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { isOutput } from "../plan/wired-outputs.ts"
import type { ResultFile, TaskError, Thrown } from "../worker/protocol.ts"

/**
 * A result file whose error, if it holds one, is told in the author's files, and names the local files that the stage was
 * given: it saw no more of them than their content.
 *
 * @param root the project's
 */
export const authored = (
  result: ResultFile,
  code: StageCode,
  root: string,
  { node }: PlannedTask,
): Effect.Effect<ResultFile> =>
  Effect.promise(async () => {
    if (result.status === "done") return result
    const { error } = result
    const { causes = [] } = error
    if ([error, ...causes].every(({ stack = [] }) => stack.length === 0)) return result
    const mapping: Mapping = { root, bundle: code.path, origins: authorsIn(await code.map?.(), "code") }
    return {
      ...result,
      error: {
        ...told(error, mapping),
        message: `${error.message}${givenFiles(node.inputs)}`,
        causes: causes.map((cause) => told(cause, mapping)),
      },
    }
  })

/** " (its input rows is data/survey.csv)", or nothing where no input is a local file. */
function givenFiles(inputs: PlannedTask["node"]["inputs"]): string {
  const files = Object.entries(inputs).flatMap(([role, output]) => {
    return isOutput(output) && output.source._tag === "File"
      ? [`its input ${role} is ${output.source.path}`]
      : []
  })
  return files.length === 0 ? "" : ` (${files.join(", ")})`
}

/** Characters of a line that are shown. */
const lineAtMost = 200

function told<T extends Thrown>(thrown: T, mapping: Mapping): T {
  const frames = authorFrames(thrown.stack ?? [], mapping)
  const first = frames.find(({ isAuthors }) => isAuthors)
  const { text } = first ?? {}
  return {
    ...thrown,
    stack: frames.map(({ at }) => at),
    ...(first === undefined || text === undefined || text.trim() === "" || text.length > lineAtMost
      ? {}
      : { excerpt: { at: first.at, text } }),
  }
}

/** The message of an error in one line, with where it was. */
export const withPlace = ({ message, stack = [] }: TaskError): string =>
  stack[0] === undefined ? message : `${message} (at ${stack[0]})`

/** What events and the ledger say of an error. A cause that an error's message has quoted, and of which no place is known, adds nothing. */
export const errorFacts = ({ tag, message, stack = [], excerpt, causes = [] }: TaskError) => ({
  ...thrownFacts({ tag, message, stack, ...(excerpt && { excerpt }) }),
  causes: causes
    .filter(
      (cause, i) => (cause.stack ?? []).length > 0 || !isQuoted(cause, [{ message }, ...causes.slice(0, i)]),
    )
    .map(thrownFacts),
})

const isQuoted = (cause: Pick<Thrown, "message">, before: ReadonlyArray<Pick<Thrown, "message">>): boolean =>
  before.some(({ message }) => message.includes(cause.message))

const thrownFacts = ({ tag, message, stack = [], excerpt }: Thrown) => ({
  tag,
  message,
  stack,
  ...(excerpt === undefined ? {} : { excerpt }),
})
