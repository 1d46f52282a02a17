// The content-addressed store: immutable bytes under their SHA-256. Knows no ledger, no runner and no stage.
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { Digest } from "../content/digest.ts"

/** The store cannot be used at all: where, and the system's reason. */
export class StoreError extends Data.TaggedError("StoreError")<{ readonly message: string }> {}

/** An artifact whose bytes are gone, or are not those that its name promises. It has been quarantined. */
export class CorruptArtifact extends Data.TaggedError("CorruptArtifact")<{
  readonly digest: Digest
  readonly reason: "missing" | "digest"
}> {
  override get message(): string {
    return this.reason === "missing"
      ? `artifact ${this.digest} is not in the store`
      : `artifact ${this.digest} does not hold the bytes that its digest promises; it was quarantined`
  }
}

export interface StoredObject {
  readonly digest: Digest
  readonly size: number
  readonly arrived: number
}

export class Store extends Context.Tag("refold/Store")<
  Store,
  {
    /** Whether the object exists at its recorded size; synchronous, as it decides each hit. Does not hash. */
    readonly has: (digest: Digest, size: number) => boolean
    /** Where an object's bytes lie, for workers and for copies under readable names. */
    readonly path: (digest: Digest) => string
    /** Stores bytes; storing what is there already is free. */
    readonly put: (bytes: Uint8Array) => Effect.Effect<{ digest: Digest; size: number }, StoreError>
    /** Moves a worker's finished file into place under the digest that the worker computed. */
    readonly adopt: (path: string, digest: Digest, size: number) => Effect.Effect<void, StoreError>
    /** Reads and checks an object; a mismatch quarantines it. */
    readonly read: (digest: Digest) => Effect.Effect<Uint8Array, CorruptArtifact>
    /** Takes an object out of the way, kept as evidence. */
    readonly quarantine: (digest: Digest) => Effect.Effect<void, StoreError>
    /** Lets an object's bytes go; what names it is no hit any more. */
    readonly remove: (digest: Digest) => Effect.Effect<void, StoreError>
    /** Every object, with its size and the time of its arrival (milliseconds since 1970). */
    readonly list: () => ReadonlyArray<StoredObject>
    /** A fresh folder for one attempt, inside the store's file system so that `adopt` is a rename. */
    readonly scratch: (name: string) => Effect.Effect<string, StoreError>
    /** Removes such a folder with whatever is left in it. */
    readonly discard: (folder: string) => Effect.Effect<void>
  }
>() {}
