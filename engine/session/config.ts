// The configuration of a project: `refold.config.ts` at its root, loaded like an experiment. It costs nothing where there is none.
import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import type { Config } from "../declare/policy/config.ts"
import { loadModule } from "./modules/load-module.ts"

/** A configuration that cannot be used: the message names its file. */
export class ConfigError extends Error {
  readonly _tag = "ConfigError"
}

const names = ["refold.config.ts", "refold.config.mts", "refold.config.js", "refold.config.mjs"]

/** As other tools have theirs. */
const unreadNames = ["cts", "cjs", "tsx", "jsx", "json", "yaml", "yml", "toml"].map(
  (extension) => `refold.config.${extension}`,
)

export interface ProjectConfig extends Omit<Config, "_tag"> {
  /** The file, relative to the root; undefined where there is none. */
  readonly file: string | undefined
}

/** Of a project that configures nothing. */
export const noConfig: ProjectConfig = { file: undefined, limits: {}, policy: {} }

/** The folders that a run uses, absolute, and who named each: an option, the configuration's file, or nobody. */
export interface Folders {
  readonly artifacts: Named
  /** Undefined where none was named. */
  readonly data: Named | undefined
}

export interface Named {
  readonly path: string
  readonly by: string | undefined
}

/** @param given by options, which count before the configuration; relative ones start where the command was called */
export function foldersOf(
  root: string,
  { file, artifacts, data }: ProjectConfig,
  given: { readonly artifacts?: string | undefined; readonly data?: string | undefined },
): Folders {
  const named = (option: "artifacts" | "data", configured: string | undefined): Named | undefined => {
    const path = given[option]
    if (path !== undefined) return { path: resolve(path), by: `--${option}` }
    return configured === undefined ? undefined : { path: resolve(root, configured), by: file }
  }
  return {
    artifacts: named("artifacts", artifacts) ?? { path: join(root, "artifacts"), by: undefined },
    data: named("data", data),
  }
}

/** @throws ConfigError */
export async function projectConfig(root: string): Promise<ProjectConfig> {
  const [file, other] = names.filter((name) => existsSync(join(root, name)))
  if (file === undefined) return noneIn(root)
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
  const { _tag, ...fields } = exported
  return { file, ...fields }
}

/** @throws ConfigError where a file is there that somebody takes for a configuration, and nothing would read */
function noneIn(root: string): ProjectConfig {
  const unread = unreadNames.find((name) => existsSync(join(root, name)))
  if (unread === undefined) return noConfig
  throw new ConfigError(
    `${unread} is not read: call it ${names[0]} (or ${names.slice(1).join(", ")}), and export default defineConfig({ … }) from it`,
  )
}

const isConfig = (value: unknown): value is Config =>
  typeof value === "object" && value !== null && (value as { _tag?: unknown })._tag === "Config"
