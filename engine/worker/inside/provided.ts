// What a task's numerics provide: made before traps are up, and kept as long as this worker lives.
import { pathToFileURL } from "node:url"
import { importModule } from "../../code/import-module.ts"
import type { PlacedModule } from "../protocol.ts"
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
