// The bytes of an input, checked against their digest. It knows no kind.
import { readFileSync, statSync } from "node:fs"
import { type Digest, digestOf } from "../../content/digest.ts"
import type { InputFile } from "../protocol.ts"

/** An input whose bytes are not what its digest says. */
export class CorruptInput extends Error {
  readonly _tag = "CorruptArtifact"
  readonly digest: Digest
  constructor(role: string, { digest }: InputFile, reason: string) {
    super(`input "${role}": artifact ${digest} ${reason}`)
    this.digest = digest
  }
}

/**
 * What the file system said of files when they held what their digests promise: a worker that reads the same images for many
 * cells hashes them once. Their bytes are not kept, since a stage may write into what it is given.
 */
const sound = new Map<Digest, string>()
const soundAtMost = 64

/** @throws CorruptInput */
export function checkedBytes(role: string, input: InputFile): Uint8Array {
  let bytes: Uint8Array
  let identity: string
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(input.path, { bigint: true })
    identity = [dev, ino, size, mtimeNs, ctimeNs].join(" ")
    const read = readFileSync(input.path)
    bytes = new Uint8Array(read.buffer, read.byteOffset, read.length) // a Buffer's slice() would be a view
  } catch (failure) {
    throw new CorruptInput(role, input, `cannot be read (${(failure as Error).message})`)
  }
  if (sound.get(input.digest) === identity) return bytes
  if (digestOf(bytes) !== input.digest)
    throw new CorruptInput(role, input, "does not hold the bytes that its digest promises")
  sound.delete(input.digest)
  if (sound.size >= soundAtMost) sound.delete(sound.keys().next().value!)
  sound.set(input.digest, identity)
  return bytes
}
