// What packages that draw random numbers within a task are seeded with: what the task is about, and neither its code nor its
// packages, so that a refactor draws the same. Pure.
import { canonical } from "../content/canonical.ts"
import { type Digest, digestOf } from "../content/digest.ts"
import type { Fingerprint } from "./fingerprint.ts"
import { shapingParams } from "./link-key.ts"

type Subject = Pick<Fingerprint, "stage" | "params" | "inputs">

export const seedOf = ({ stage, params, inputs }: Subject): Digest =>
  digestOf(canonical([stage, params, inputs], stage))

/** Of the links of a chain: without the params that shape only how many there are and what is made of them. */
export const linkSeedOf = (subject: Subject, finishing: ReadonlyArray<string>): Digest =>
  seedOf({ ...subject, params: shapingParams(subject.params, finishing) })
