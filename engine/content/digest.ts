// SHA-256 as this engine writes it, and the branded strings that carry meaning. Knows no file and no store.
import { createHash } from "node:crypto"

/** 64 lower-case hexadecimal digits: the SHA-256 of an artifact's bytes. */
export type Digest = string & { readonly Digest: unique symbol }
/** The digest of a fingerprint's canonical bytes: the name of a result. */
export type Key = string & { readonly Key: unique symbol }
/** What people and lock files call a task: `train@fold=1+rate=0.5`. */
export type TaskLabel = string & { readonly TaskLabel: unique symbol }

export const digestOf = (bytes: Uint8Array | string): Digest =>
  createHash("sha256").update(bytes).digest("hex") as Digest

export const keyOf = (canonicalFingerprint: string): Key =>
  createHash("sha256").update(canonicalFingerprint).digest("hex") as Key

export const isDigest = (text: string): text is Digest => /^[0-9a-f]{64}$/.test(text)
