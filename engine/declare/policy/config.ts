// What a project configures for all of its experiments, in `refold.config.ts` at its root. It reads nothing.
import { suggest } from "../suggest.ts"
import { valueText } from "../value-text.ts"
import { type Limits, wrongLimits } from "./limits.ts"
import { isPolicyField, isRecord, type Policies, wrongPolicies } from "./policy.ts"
import { bytesOf, type Size, sizeWanted } from "./size.ts"

export interface ConfigFields {
  /** The folder that artifacts and the ledger are kept in, relative to the project's. Default: `artifacts`. */
  readonly artifacts?: string
  /** A folder to look for data in first, relative to the project's. */
  readonly data?: string
  /**
   * What a store may take, such as `"5GB"`: each run's end lets go of what is dearest to keep and cheapest to make again, but never
   * of what locks, pins or running pipelines reach.
   */
  readonly keep?: Size
  /** What tasks may take together: the memory of all, and of groups of stages how many run at once and start in a minute. */
  readonly limits?: Limits
  /** How tasks are run, by the name of their stage. */
  readonly policy?: Policies
}

export interface Config extends ConfigFields {
  readonly _tag: "Config"
  readonly limits: Limits
  readonly policy: Policies
}

/**
 * Declares a project's configuration: `export default defineConfig({ policy: { train: { timeout: 3600 } }, keep: "5GB" })`. Nothing
 * of it is in a key.
 *
 * @throws TypeError for a field that there is not, or a value that it does not take
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineConfig(fields: ConfigFields): Config {
  const wrong = wrongFields(fields)
  if (wrong !== undefined) throw new TypeError(`defineConfig: ${wrong}`)
  const { limits = {}, policy = {} } = fields
  return { ...fields, _tag: "Config", limits, policy }
}

/** @returns what is wrong with a value, if anything is, by the name of its field */
const checks: Readonly<Record<keyof ConfigFields, (value: unknown, name: string) => string | undefined>> = {
  artifacts: wrongFolder,
  data: wrongFolder,
  keep: (keep) =>
    typeof keep === "string" && bytesOf(keep) !== undefined
      ? undefined
      : `keep is ${valueText(keep)}: ${sizeWanted}`,
  limits: wrongLimits,
  policy: wrongPolicies,
}

/** An empty name would be the project's own folder, and comes of a variable that is not set. */
function wrongFolder(path: unknown, name: string): string | undefined {
  return typeof path === "string" && path.trim() !== ""
    ? undefined
    : `${name} is ${valueText(path)}: the path of a folder is wanted`
}

/** What is a policy's is said of a stage. */
const meant = (name: string): string =>
  isPolicyField(name)
    ? `; it is said of a stage: { policy: { train: { ${name}: … } } }`
    : suggest(name, Object.keys(checks))

function wrongFields(fields: unknown): string | undefined {
  if (!isRecord(fields)) return "an object is wanted, such as { policy: { train: { timeout: 3600 } } }"
  for (const [name, value] of Object.entries(fields)) {
    if (!Object.hasOwn(checks, name)) return `there is no field "${name}"${meant(name)}`
    const wrong = value === undefined ? undefined : checks[name as keyof ConfigFields](value, name)
    if (wrong !== undefined) return wrong
  }
  return undefined
}
