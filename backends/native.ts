// What workers load to compute with the kernels in C: the very library that was proved. It knows no stage.
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import type { Lanes } from "../ml/kernels/bind.ts"
import { openLanes } from "../ml/native/open.ts"

interface Proved {
  readonly library: string
  /** SHA-256 of the library that was proved. */
  readonly digest: string
}

/** @throws Error where the library is another one by now */
export function provide({ library, digest }: Proved): Lanes {
  const found = createHash("sha256").update(readFileSync(library)).digest("hex")
  if (found !== digest) throw new Error(`${library} is not the library that was proved`)
  return openLanes(library)
}
