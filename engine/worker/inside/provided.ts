// What a task's numerics provide, and what computes the same faster: made before traps are up, and kept as long as this thread lives.
import { pathToFileURL } from "node:url"
import { importModule } from "../../code/import-module.ts"
import type { PlacedAccelerator, PlacedModule } from "../protocol.ts"
import { checkCopy } from "./copies.ts"

interface Providing {
  readonly provide: (options: unknown) => unknown
}

const made = new Map<string, Promise<unknown>>()

export async function provided(provider: PlacedModule | undefined): Promise<unknown> {
  if (provider === undefined) return undefined
  const { module, digest, options } = provider
  const name = JSON.stringify([module, options])
  let value = made.get(name)
  if (value === undefined) {
    checkCopy("what the stage's numerics provide", module, digest)
    value = importModule(pathToFileURL(module).href).then((loaded) => (loaded as Providing).provide(options))
    made.set(name, value)
  }
  return value
}

/**
 * What computes the same faster, or undefined where there is none, or it cannot be loaded after all: that is said, and all is
 * computed without it.
 */
export async function accelerating(
  accelerator: PlacedAccelerator | undefined,
  say: (line: string) => void,
): Promise<unknown> {
  try {
    return await provided(accelerator)
  } catch (failure) {
    say(`${accelerator!.name} cannot be loaded (${(failure as Error).message}): computed without it`)
    return undefined
  }
}
