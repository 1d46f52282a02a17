// What a run computes with, by the name that a person gave: the numerics of the default backend, or those of TensorFlow.js with
// the module that workers load for it.
import { isAbsolute, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { ChosenBackend } from "../engine/key/backend.ts"
import { hashedFile } from "../engine/key/hashed-file.ts"
import type { Numerics, NumericsRegistry } from "../engine/key/numerics.ts"
import { environmentFor } from "../setup/tensorflow/load.ts"
import { DEFAULT_DIR } from "../setup/tensorflow/package.ts"
import { ask } from "./ask.ts"
import type { Wanted } from "./open.ts"
import { Unavailable } from "./unavailable.ts"

/** Tasks run side by side, so a task needs no more; and bits change with it. */
export const THREADS = 1

/** Where setup:tensorflow puts things: $REFOLD_TENSORFLOW_DIR, or its own choice in the project. */
export function setupDir(root: string): string {
  const dir = process.env.REFOLD_TENSORFLOW_DIR ?? DEFAULT_DIR
  return isAbsolute(dir) ? dir : join(root, dir)
}

/** @throws Unavailable where it is not installed or does not load. `usual` are the default's numerics. */
export async function choose(name: string, root: string, usual: NumericsRegistry): Promise<ChosenBackend> {
  if (name === "wasm") return { numerics: usual, backend: { name, exact: true, why: null } }
  if (name !== "auto") return await chosen(name as Wanted["backend"], root, usual, null)
  try {
    return await chosen("tensorflow", root, usual, "auto: TensorFlow is installed and loads")
  } catch (failure) {
    if (!(failure instanceof Unavailable)) throw failure
    return { numerics: usual, backend: { name: "wasm", exact: true, why: `auto: ${failure.reason}` } }
  }
}

async function chosen(
  backend: Wanted["backend"],
  root: string,
  usual: NumericsRegistry,
  why: string | null,
): Promise<ChosenBackend> {
  const wanted: Wanted = { backend, root, dir: setupDir(root) }
  const environment = environmentFor(wanted.dir, THREADS)
  const answer = await ask({ ...wanted, seconds: 0 }, environment)
  if (!answer.loads) throw new Unavailable(backend, answer.reason, answer.remedy)
  const module = hashedFile(fileURLToPath(new URL("./tensorflow.mjs", import.meta.url)))
  const name = nameOf(backend, answer.about)
  const tensor: Numerics = {
    identity: { backend, code: module.digest, threads: THREADS, ...answer.about },
    files: {},
    provider: { module, options: { ...wanted } },
    environment,
    name,
    exact: false,
  }
  return { numerics: { ...usual, tensor }, backend: { name, exact: false, why } }
}

/** "tensorflow 2.12.1 (CPU, …, 1 thread)". */
export function nameOf(
  backend: string,
  { tensorflow, tfjs, device }: Readonly<Record<string, string>>,
): string {
  const version = tensorflow ?? `(TensorFlow.js ${tfjs})`
  return `${backend} ${version} on ${device}, ${THREADS} ${THREADS === 1 ? "thread" : "threads"}`
}
