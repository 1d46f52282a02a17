// What a task's numerics provide: made before traps are up, and kept as long as this worker lives.
import { pathToFileURL } from "node:url"
import { importModule } from "../../code/import-module.ts"
import type { Provider } from "../../key/numerics.ts"

interface Providing {
  readonly provide: (options: unknown) => unknown
}

const made = new Map<string, Promise<unknown>>()

export async function provided(provider: Provider | undefined): Promise<unknown> {
  if (provider === undefined) return undefined
  const { module, options } = provider
  const name = JSON.stringify([module, options])
  let value = made.get(name)
  if (value === undefined) {
    value = importModule(pathToFileURL(module).href).then((loaded) => (loaded as Providing).provide(options))
    made.set(name, value)
  }
  return value
}
