// The secrets that stages declare, as this process's environment has them: held in memory alone, handed to workers, masked in
// whatever comes back.
import { Masks } from "../content/secrets/masks.ts"
import { secretAtLeast } from "../content/secrets/spellings.ts"
import { declaredStages } from "../declare/stage.ts"

/** A secret that a stage needs is not there, or a secret stands where it would be kept. */
export class SecretRefused extends Error {
  readonly _tag = "SecretRefused"
}

export class Secrets {
  /** Of all that are declared. */
  readonly names: ReadonlySet<string>
  readonly masks: Masks
  readonly #values: Readonly<Record<string, string>>

  /** @param held what the environment holds */
  constructor(names: Iterable<string>, held: Readonly<Record<string, string | undefined>>) {
    this.names = new Set(names)
    this.#values = Object.fromEntries(
      [...this.names].flatMap((name) => {
        const value = held[name]
        return value === undefined ? [] : [[name, value] as const]
      }),
    )
    this.masks = new Masks(this.#values)
  }

  /** The values of some. @throws SecretRefused for one that `wrong` refuses */
  of(names: ReadonlyArray<string>): Readonly<Record<string, string>> {
    for (const name of names) {
      const wrong = this.wrong(name)
      if (wrong !== undefined) throw new SecretRefused(wrong)
    }
    return Object.fromEntries(names.map((name) => [name, this.#values[name]!]))
  }

  /** Why a secret cannot be handed over, and what to do; undefined where it can. */
  wrong(name: string): string | undefined {
    const value = this.#values[name]
    const length = value?.trim().length ?? 0
    const set = `set the variable ${name} in the environment that refold is started in`
    if (value === undefined) return `the secret ${name} is not set: ${set}`
    if (length === 0) return `the secret ${name} is empty: ${set}`
    return length < secretAtLeast
      ? `the secret ${name} has ${length} characters, and what is so short cannot be masked, as it stands in other text by chance: take one of ${secretAtLeast} or more`
      : undefined
  }
}

/** Of all stages that this process has declared: what one is given, no other may show. */
export const declaredSecrets = (): Secrets =>
  new Secrets(
    declaredStages().flatMap(({ definition }) => definition.secrets ?? []),
    process.env,
  )
