// What a declaration threw, with its place in the author's files: `experiments/one.ts:5:3: …`. Knows no graph.
import { authorFrames, type Mapping } from "../../code/author-frames.ts"
import { fieldIssueText, isParseError } from "../../declare/issue-text.ts"
import { describeThrown } from "../../worker/inside/failing/thrown.ts"

/** Thrown by an author's declaration, or by what it called; it has the tag of what was thrown. */
class DeclarationFailed extends Error {
  readonly _tag: string
  constructor(tag: string, message: string, frames: ReadonlyArray<string>, cause: unknown) {
    super(message, { cause })
    this._tag = tag
    this.stack = [`${tag}: ${message}`, ...frames.map((at) => `    at ${at}`)].join("\n")
  }
}

/** @returns the failure itself where no place in the author's files is known */
export function placedFailure(failure: unknown, mapping: Mapping): unknown {
  const { tag, stack = [], causes, ...described } = describeThrown(failure)
  const message = isParseError(failure) ? fieldIssueText("what is decoded here", failure) : described.message
  const frames = authorFrames(stack, mapping)
  const first = frames.find(({ isAuthors }) => isAuthors)
  if (first === undefined) return failure instanceof Error ? failure : new Error(message)
  const why = causes.map((cause) => `; caused by ${cause.tag}: ${cause.message}`).join("")
  return new DeclarationFailed(
    tag,
    `${first.at}: ${message}${why}`,
    frames.map(({ at }) => at),
    failure,
  )
}
