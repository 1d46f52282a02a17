// Loads a module of a project for what it declares: bundled, remembered, its failures with their place. Knows no experiment.
import { realpathSync } from "node:fs"
import { pathToFileURL } from "node:url"
import { rememberedBundle } from "../../code/bundle-memo.ts"
import { importModule } from "../../code/import-module.ts"
import { authorsIn } from "../../code/kept-map.ts"
import { Modules } from "../../code/modules.ts"
import { moduleMark } from "../../declare/calling-module.ts"
import { placedFailure } from "./placed-failure.ts"
import { withoutExit } from "./without-exit.ts"

export interface LoadedModule {
  readonly exported: Readonly<Record<string, unknown>>
  /** Where its bundle lies. */
  readonly path: string
}

/**
 * One at a time, as modules are marked while they are evaluated.
 *
 * @param module relative to the root
 * @throws BundleError for what does not compile, and whatever the module throws, with its place
 */
export async function loadModule(root: string, module: string): Promise<LoadedModule> {
  const { path, map } = await rememberedBundle(
    new Modules(realpathSync(root)),
    module,
    "declarations",
    async () => ({
      text: `import * as all from ${JSON.stringify(`./${module}`)}; export const exported = all`,
    }),
  )
  const restore = withoutExit()
  const loading = importModule(pathToFileURL(path).href) as Promise<Pick<LoadedModule, "exported">>
  const { exported } = await loading
    .catch(async (failure: unknown) => {
      throw placedFailure(failure, { root, bundle: path, origins: authorsIn(await map(), "declarations") })
    })
    .finally(() => {
      restore()
      delete (globalThis as Record<symbol, unknown>)[moduleMark]
    })
  return { exported, path }
}
