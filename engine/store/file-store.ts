// The store on a file system: bytes are written to tmp/, renamed to objects/ab/cdef…, and made read-only.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { join, sep } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Digest, digestOf, isDigest } from "../content/digest.ts"
import { CorruptArtifact, Store, type StoredObject, StoreError } from "./store.ts"

/** @returns a layer over `<folder>/objects` and `<folder>/tmp`; fails with StoreError when they cannot be made */
export const fileStore = (folder: string): Layer.Layer<Store, StoreError> =>
  Layer.effect(
    Store,
    Effect.gen(function* () {
      const objects = join(folder, "objects")
      const tmp = join(folder, "tmp")
      yield* attempt(`the store ${folder} cannot be made; name another folder with --artifacts`, () => {
        mkdirSync(objects, { recursive: true })
        mkdirSync(tmp, { recursive: true })
      })
      const path = (digest: Digest): string => `${objects}${sep}${digest.slice(0, 2)}${sep}${digest.slice(2)}` // `join` would take as long as looking there
      const has = (digest: Digest, size: number): boolean => sizeOf(path(digest)) === size
      let counter = 0
      const unique = (name: string): string => join(tmp, `${name}.${process.pid}.${counter++}`)

      const quarantine = (digest: Digest) =>
        attempt(`artifact ${digest} cannot be quarantined`, () => {
          const aside = join(folder, "quarantine")
          mkdirSync(aside, { recursive: true })
          if (existsSync(path(digest)))
            renameSync(path(digest), join(aside, `${digest}.${process.pid}.${counter++}`))
        })

      /**
       * The rename is what makes an object visible: a kill before it leaves a file in tmp/, never half an object.
       * It also replaces one of the right size: what is there may be damaged, what comes was hashed just now.
       */
      const place = (from: string, digest: Digest): void => {
        chmodSync(from, 0o444)
        if (process.platform === "win32") rmSync(path(digest), { force: true })
        try {
          renameSync(from, path(digest))
        } catch (failure) {
          if ((failure as NodeJS.ErrnoException).code !== "ENOENT") throw failure
          mkdirSync(join(objects, digest.slice(0, 2)), { recursive: true }) // the first under these digits
          renameSync(from, path(digest))
        }
      }

      return {
        has,
        path,
        quarantine,
        put: (bytes) =>
          attempt(`an artifact cannot be written to ${folder}`, () => {
            const digest = digestOf(bytes)
            if (!has(digest, bytes.length)) {
              const part = unique("put")
              writeFileSync(part, bytes)
              place(part, digest)
            }
            return { digest, size: bytes.length }
          }),
        adopt: (from, digest) =>
          attempt(`artifact ${digest} cannot be moved into ${folder}`, () => place(from, digest)),
        read: (digest) =>
          Effect.suspend(() => {
            if (!existsSync(path(digest)))
              return Effect.fail(new CorruptArtifact({ digest, reason: "missing" }))
            const bytes = readFileSync(path(digest))
            if (digestOf(bytes) === digest) return Effect.succeed(bytes)
            const corrupt = new CorruptArtifact({ digest, reason: "digest" })
            return Effect.zipRight(Effect.ignore(quarantine(digest)), Effect.fail(corrupt))
          }),
        remove: (digest) =>
          attempt(`artifact ${digest} cannot be removed`, () => rmSync(path(digest), { force: true })),
        list: () => listObjects(objects),
        scratch: (name) =>
          attempt(`no folder for an attempt can be made in ${tmp}`, () => {
            for (;;) {
              const made = unique(name)
              // A process that died may have left one of this name, in a container with the same number, too.
              if (mkdirSync(made, { recursive: true }) !== undefined) return made
            }
          }),
        discard: (made) =>
          Effect.sync(() => {
            try {
              rmdirSync(made) // most are empty by now
            } catch {
              rmSync(made, { recursive: true, force: true })
            }
          }),
      }
    }),
  )

function listObjects(folder: string): ReadonlyArray<StoredObject> {
  return readdirSync(folder).flatMap((prefix) =>
    readdirSync(join(folder, prefix)).flatMap((rest) => {
      const digest = `${prefix}${rest}`
      const stat = statSync(join(folder, prefix, rest), { throwIfNoEntry: false })
      return stat !== undefined && isDigest(digest)
        ? [{ digest, size: stat.size, arrived: stat.ctimeMs }]
        : []
    }),
  )
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size
}

const attempt = <A>(what: string, run: () => A): Effect.Effect<A, StoreError> =>
  Effect.try({
    try: run,
    catch: (cause) => new StoreError({ message: `${what} (${(cause as Error).message})` }),
  })
