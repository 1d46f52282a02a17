// The configuration of a project: `refold.config.ts` at its root, loaded like an experiment. It costs nothing where there is none.
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Config } from "../declare/config.ts"
import type { Policies } from "../declare/policy.ts"
import type { Size } from "../declare/size.ts"
import { loadModule } from "./modules/load-module.ts"

/** A configuration that cannot be used: the message names its file. */
export class ConfigError extends Error {
  readonly _tag = "ConfigError"
}

const names = ["refold.config.ts", "refold.config.mts", "refold.config.js", "refold.config.mjs"]

export interface ProjectConfig {
  /** The file, relative to the root; undefined where there is none. */
  readonly file: string | undefined
  readonly policy: Policies
  /** What the store may take, if that is bounded. */
  readonly keep?: Size
}

/** @throws ConfigError */
export async function projectConfig(root: string): Promise<ProjectConfig> {
  const [file, other] = names.filter((name) => existsSync(join(root, name)))
  if (file === undefined) return { file, policy: {} }
  if (other !== undefined)
    throw new ConfigError(
      `${file} and ${other} are both there, and only one configures a project: remove one`,
    )
  const exported = await loadModule(root, file).then(
    (loaded) => loaded.exported.default,
    ({ message }: Error) => {
      throw new ConfigError(message.includes(file) ? message : `${file}: ${message}`)
    },
  )
  if (!isConfig(exported))
    throw new ConfigError(
      `${file} exports no configuration: export default defineConfig({ … }), from "refold"`,
    )
  const { policy, keep } = exported
  return { file, policy, ...(keep === undefined ? {} : { keep }) }
}

const isConfig = (value: unknown): value is Config =>
  typeof value === "object" && value !== null && (value as { _tag?: unknown })._tag === "Config"
