// What a stage threw, as the result file says it.

import type { TaskError } from "../protocol.ts"
import { CorruptInput } from "./input-bytes.ts"
import { LinkDiffers } from "./live-state.ts"

export function taskErrorOf(failure: unknown): TaskError {
  if (failure instanceof CorruptInput)
    return { tag: failure._tag, message: failure.message, corrupt: failure.digest }
  if (failure instanceof LinkDiffers)
    return { tag: failure._tag, message: failure.message, differs: failure.link }
  if (failure instanceof Error) {
    const tag = (failure as { readonly _tag?: unknown })._tag
    return {
      tag: typeof tag === "string" ? tag : failure.name,
      message: failure.message,
      ...(failure.stack === undefined ? {} : { stack: failure.stack }),
    }
  }
  return { tag: "Thrown", message: String(failure) }
}
