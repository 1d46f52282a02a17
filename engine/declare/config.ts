// What a project configures for all of its experiments, in `refold.config.ts` at its root. It reads nothing.
import { isRecord, type Policies, wrongPolicies } from "./policy.ts"
import { suggest } from "./suggest.ts"

export interface ConfigFields {
  /** How tasks are run, by the name of their stage. */
  readonly policy?: Policies
}

export interface Config extends Required<ConfigFields> {
  readonly _tag: "Config"
}

/**
 * Declares a project's configuration: `export default defineConfig({ policy: { train: { timeout: 3600 } } })`. Nothing of it is
 * in a key.
 *
 * @throws TypeError for a field that there is not, or a value that it does not take
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineConfig(fields: ConfigFields): Config {
  const wrong = wrongFields(fields) ?? wrongPolicies(fields.policy ?? {})
  if (wrong !== undefined) throw new TypeError(`defineConfig: ${wrong}`)
  return { _tag: "Config", policy: fields.policy ?? {} }
}

const known: ReadonlyArray<keyof ConfigFields> = ["policy"]

function wrongFields(fields: unknown): string | undefined {
  if (!isRecord(fields)) return "an object is wanted, such as { policy: { train: { timeout: 3600 } } }"
  const unknown = Object.keys(fields).find((name) => !known.includes(name as keyof ConfigFields))
  return unknown === undefined ? undefined : `there is no field "${unknown}"${suggest(unknown, known)}`
}
