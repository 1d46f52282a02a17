// Each backend: whether it loads, why not, what would help, and how many images a second LeNet trains on.

import { ask } from "../backends/ask.ts"
import { nameOf, setupDir, THREADS } from "../backends/choose.ts"
import type { Question } from "../backends/probe.ts"
import { broken, type Finding, fine, missing, type Probe } from "../engine/cli/doctor/finding.ts"
import { nativeKernels } from "../setup/native/lanes.ts"
import { nativeDir } from "../setup/native/place.ts"
import { setupNative } from "../setup/native/sources.ts"
import { environmentFor } from "../setup/tensorflow/load.ts"

/** @param kernels the path of the compiled kernels */
export const backends = (kernels: string): Probe => ({
  about: "backends",
  ask: async ({ root, seconds }) => {
    const dir = setupDir(root)
    const questions: ReadonlyArray<Question> = [
      { backend: "wasm", kernels, seconds },
      { backend: "tensorflow", root, dir, seconds },
      { backend: "cpu", root, dir, seconds },
    ]
    const findings: Array<Finding> = []
    // One after the other: they are measured.
    for (const question of questions) findings.push(await tried(question, environmentFor(dir, THREADS)))
    findings.splice(1, 0, await native(kernels, root, seconds))
    return findings
  },
})

/** The kernels in C, which give the default backend's bits. */
export async function native(kernels: string, root: string, seconds: number): Promise<Finding> {
  const name = "native kernels"
  const found = nativeKernels(nativeDir(root))
  if ("why" in found) return missing(name, found.why, setupNative())
  const { library, about } = found
  const answer = await ask({ backend: "wasm", kernels, library, seconds }, {})
  if (!answer.loads) return missing(name, answer.reason, setupNative("--remove"))
  const { imagesPerSecond } = answer
  const what = `the same bits as wasm, 1 thread; built with ${about.compiler}`
  return fine(name, [...speedOf(imagesPerSecond), what].join("; "), { imagesPerSecond })
}

const speedOf = (imagesPerSecond: number | null): ReadonlyArray<string> =>
  imagesPerSecond === null ? [] : [`LeNet at ${Math.round(imagesPerSecond).toLocaleString("en")} images/s`]

/** The default job needs but the default one. */
export async function tried(
  question: Question,
  environment: Readonly<Record<string, string>>,
): Promise<Finding> {
  const { backend } = question
  const answer = await ask(question, environment)
  if (!answer.loads)
    return backend === "wasm"
      ? broken(backend, answer.reason, answer.remedy)
      : missing(backend, answer.reason, answer.remedy)
  const { about, imagesPerSecond } = answer
  const what = backend === "wasm" ? "bit-exact, the default, 1 thread" : nameOf(backend, about)
  return fine(backend, [...speedOf(imagesPerSecond), what].join("; "), { ...about, imagesPerSecond })
}
