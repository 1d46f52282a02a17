// What a stage threw, as the result file says it.
import type { TaskError } from "../../protocol.ts"
import { CorruptInput } from "../input-bytes.ts"
import { LinkDiffers } from "../live-state.ts"
import { codeOfThread, heapExhausted } from "./heap.ts"
import { describeThrown, orNothing } from "./thrown.ts"

export const taskErrorOf = (failure: unknown): TaskError => ({
  ...describeThrown(failure),
  ...orNothing(() =>
    (failure as NodeJS.ErrnoException).code === codeOfThread
      ? heapExhausted([process.env.NODE_OPTIONS, ...process.execArgv].join(" "))
      : {},
  ),
  ...orNothing(() => (failure instanceof CorruptInput ? { corrupt: failure.digest } : {})),
  ...orNothing(() => (failure instanceof LinkDiffers ? { differs: failure.link } : {})),
})
