// The secrets that this worker was handed: given to stages, hidden in whatever leaves it. All that it was ever handed is hidden to
// its end, as what a task left running may still speak. It keeps them in memory alone.

import { Masks } from "../../../content/secrets/masks.ts"
import type { TaskFile } from "../../protocol.ts"

let known: Readonly<Record<string, string>> = {}
let masks = new Masks()

/** Hides these too, from here on. */
export function hide(secrets: Readonly<Record<string, string>>): void {
  if (Object.entries(secrets).every(([name, value]) => known[name] === value)) return
  known = { ...known, ...secrets }
  masks = new Masks(known)
}

/** What hides them. */
export const hiding = (): Masks => masks

/** A secret stands where it would be kept, and cannot be hidden without changing what a task gives. */
class SecretInResult extends Error {
  readonly _tag = "SecretInResult"
}

/**
 * Shown what a task gives, a piece at a time.
 *
 * @param what such as `gave "answers"`
 * @returns a function that throws SecretInResult
 */
export function refusingSecrets(stage: string, what: string): (bytes: Uint8Array) => void {
  if (masks.areNone) return () => {}
  const finder = masks.finder()
  return (bytes) => {
    const found = finder.take(bytes)
    if (found === undefined) return
    throw new SecretInResult(
      `stage "${stage}" ${masks.text(what)} with the secret ${found.name} in it (${found.called}): what a task gives is kept as it is, under the digest of its bytes, so leave the secret out of it`,
    )
  }
}

/** The values that a task declares, and nothing else that its process may know. @throws TypeError for one that was not handed over */
export function secretsOf(
  { secrets: names = [] }: Pick<TaskFile, "secrets">,
  handed: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const missing = names.find((name) => handed[name] === undefined)
  if (missing !== undefined)
    throw new TypeError(
      `the secret ${missing} was not handed over: a worker is told it on standard input alone`,
    )
  return Object.freeze(Object.fromEntries(names.map((name) => [name, handed[name]!])))
}
