// What a project configures for all of its experiments, in `refold.config.ts` at its root. It reads nothing.
import { isRecord, type Policies, wrongPolicies } from "./policy.ts"
import { bytesOf, type Size, sizeWanted } from "./size.ts"
import { suggest } from "./suggest.ts"
import { valueText } from "./value-text.ts"

export interface ConfigFields {
  /** How tasks are run, by the name of their stage. */
  readonly policy?: Policies
  /**
   * What a store may take, such as `"5GB"`: each run's end lets go of what is dearest to keep and cheapest to make again, but never
   * of what locks, pins or running pipelines reach.
   */
  readonly keep?: Size
}

export interface Config {
  readonly _tag: "Config"
  readonly policy: Policies
  readonly keep?: Size
}

/**
 * Declares a project's configuration: `export default defineConfig({ policy: { train: { timeout: 3600 } }, keep: "5GB" })`. Nothing
 * of it is in a key.
 *
 * @throws TypeError for a field that there is not, or a value that it does not take
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineConfig(fields: ConfigFields): Config {
  const wrong = wrongFields(fields) ?? wrongPolicies(fields.policy ?? {}) ?? wrongKeep(fields.keep)
  if (wrong !== undefined) throw new TypeError(`defineConfig: ${wrong}`)
  const { policy = {}, keep } = fields
  return { _tag: "Config", policy, ...(keep === undefined ? {} : { keep }) }
}

const known: ReadonlyArray<keyof ConfigFields> = ["policy", "keep"]

function wrongKeep(keep: unknown): string | undefined {
  if (keep === undefined || (typeof keep === "string" && bytesOf(keep) !== undefined)) return undefined
  return `keep is ${valueText(keep)}: ${sizeWanted}`
}

function wrongFields(fields: unknown): string | undefined {
  if (!isRecord(fields)) return "an object is wanted, such as { policy: { train: { timeout: 3600 } } }"
  const unknown = Object.keys(fields).find((name) => !known.includes(name as keyof ConfigFields))
  return unknown === undefined ? undefined : `there is no field "${unknown}"${suggest(unknown, known)}`
}
