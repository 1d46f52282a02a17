// The content-addressed store: immutable bytes under their SHA-256. Knows no ledger, no runner and no stage.
// Its methods are synchronous, as all that a coordinator does to files is short; what fails, throws.
import * as Context from "effect/Context"
import type { Digest } from "../content/digest.ts"
import { atOnce, type Steps } from "../content/steps.ts"

/** The store cannot be used: where, and the system's reason; its cause is what the system threw. */
export class StoreError extends Error {
  readonly _tag = "StoreError"
}

export type CorruptReason = "missing" | "unreadable" | "digest"

const whatIsWrong: Readonly<Record<CorruptReason, string>> = {
  missing: "is not in the store",
  unreadable: "cannot be read; it was quarantined",
  digest: "does not hold the bytes that its digest promises; it was quarantined",
}

/** A folder of the store that this user may not look into, or whose disk gives errors. */
export const unreadableFolder = (folder: string, failure: unknown): StoreError =>
  new StoreError(
    `${folder} cannot be read (${(failure as Error).message}): let its owner permit it, or name another store with --artifacts`,
    { cause: failure },
  )

/** An artifact whose bytes are gone, cannot be read, or are not those that its name promises. It has been quarantined. */
export class CorruptArtifact extends Error {
  readonly _tag = "CorruptArtifact"
  readonly digest: Digest
  readonly reason: CorruptReason
  /** @param detail of one that cannot be read: the system's reason */
  constructor(digest: Digest, reason: CorruptReason, detail = "") {
    super(`artifact ${digest} ${whatIsWrong[reason]}${detail === "" ? "" : ` (${detail})`}`)
    this.digest = digest
    this.reason = reason
  }
}

export interface StoredObject {
  readonly digest: Digest
  readonly size: number
  /** Milliseconds since 1970. */
  readonly arrived: number
}

/** All that lies where objects lie. */
export interface Listing {
  readonly objects: ReadonlyArray<StoredObject>
  /** What is no file, has another name or lies behind a link: it is not of the store's making. */
  readonly foreign: ReadonlyArray<string>
}

export class Store extends Context.Tag("refold/Store")<
  Store,
  {
    /** Whether the object exists at its recorded size. Does not hash. */
    readonly has: (digest: Digest, size: number) => boolean
    /** Where an object's bytes lie, for workers and for copies under readable names. */
    readonly path: (digest: Digest) => string
    /** The same for what is handed over as a path: a store that has none makes one. @throws StoreError */
    readonly onDisk: (digest: Digest) => string
    /** Whether an object is there and nobody has written to it since it was stored, as far as the disk tells. Does not hash. */
    readonly isAsStored: (digest: Digest, size: number) => boolean
    /** The same; one that is counts as stored just now: `gc` beside it spares it. @throws StoreError */
    readonly renew: (digest: Digest, size: number) => boolean
    /** Stores bytes; storing what is there already is free. @throws StoreError */
    readonly put: (bytes: Uint8Array) => { readonly digest: Digest; readonly size: number }
    /** Moves a worker's finished file into place under the digest that the worker computed. @throws StoreError */
    readonly adopt: (path: string, digest: Digest) => void
    /** Reads and checks an object; a mismatch quarantines it. @throws CorruptArtifact */
    readonly read: (digest: Digest) => Uint8Array
    /**
     * Hashes an object, however large, as steps; a mismatch quarantines it.
     *
     * @returns its size
     * @throws CorruptArtifact
     */
    readonly checking: (digest: Digest) => Steps<number>
    /** Takes an object out of the way, kept as evidence. @throws StoreError */
    readonly quarantine: (digest: Digest) => void
    /** Lets an object's bytes go; what names it is no hit any more. @throws StoreError */
    readonly remove: (digest: Digest) => void
    /** Every object. As steps: a large store takes its time. @throws StoreError */
    readonly list: () => Steps<Listing>
    /** A fresh folder for one attempt, inside the store's file system so that `adopt` is a rename. @throws StoreError */
    readonly scratch: (name: string) => string
    /** Removes such a folder with whatever is left in it. */
    readonly discard: (folder: string) => void
  }
>() {}

/** Whether an object's bytes are there and are those that its digest promises; quarantined if not. */
export const isIntact = (store: Store["Type"], digest: Digest): boolean =>
  intactSize(store, digest) !== undefined

/** The size of an object whose bytes have their digest; undefined where they do not, or are not there. */
export function intactSize(store: Store["Type"], digest: Digest): number | undefined {
  try {
    return atOnce(store.checking(digest))
  } catch (failure) {
    if (failure instanceof CorruptArtifact) return undefined
    throw failure
  }
}
