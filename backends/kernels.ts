// Which of the kernels compute, which all give the same bits: those in C, where they are built for this processor and proved, or the
// portable ones that define the bits.
import { fileURLToPath } from "node:url"
import type { ChosenKernels } from "../engine/key/accelerators.ts"
import { hashedFile } from "../engine/key/hashed-file.ts"
import { nativeKernels } from "../setup/native/lanes.ts"
import { nativeDir } from "../setup/native/place.ts"

/** Native kernels that were asked for, and cannot be had. */
export class NoNativeKernels extends Error {
  readonly _tag = "NoNativeKernels"
}

/** @param name native, portable, or whichever is the best of what there is. @throws NoNativeKernels */
export async function chooseKernels(name: string | undefined, root: string): Promise<ChosenKernels> {
  if (name === "portable") return { told: { name, why: null } }
  const found = nativeKernels(nativeDir(root))
  if ("library" in found) {
    const { library, about } = found
    const module = hashedFile(fileURLToPath(new URL("./native-lanes.mjs", import.meta.url)))
    const called = `native (${about.compiler}, ${about.flags.find((flag) => flag.startsWith("-march=")) ?? "plain"})`
    return {
      accelerator: {
        name: called,
        provider: { module, options: { library, proved: about.digest } },
      },
      told: { name: called, why: null },
    }
  }
  if (name !== undefined) throw new NoNativeKernels(`--kernels ${name}: ${found.why}`)
  return { told: { name: "portable", why: found.why } }
}
