// What workers load to compute with the kernels in C: the very library that was proved. It knows no stage.
import { readFileSync } from "node:fs"
import type { Lanes } from "../ml/kernels/bind.ts"
import { openLanes } from "../ml/native/open.ts"
import { digest } from "../setup/native/sources.ts"

interface Proved {
  readonly library: string
  /** Its digest when it was proved. */
  readonly proved: string
}

/** @throws Error where the library is another one by now */
export function provide({ library, proved }: Proved): Lanes {
  if (digest(readFileSync(library)) !== proved)
    throw new Error(`${library} is not the library that was proved`)
  return openLanes(library)
}
