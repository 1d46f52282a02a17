// The bytes of an input, checked against their digest. It knows no kind.
import { readFileSync, statSync } from "node:fs"
import { type Digest, digestOf } from "../../content/digest.ts"
import type { InputFile } from "../protocol.ts"

/** An input whose bytes are not what its digest says. */
export class CorruptInput extends Error {
  readonly _tag = "CorruptArtifact"
  readonly digest: Digest
  constructor(role: string, { digest }: Pick<InputFile, "digest">, reason: string) {
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

/** Node reads no more into memory at once. */
const largest = 2n ** 31n - 1n

/** An input that does not fit in memory as a whole: nothing is wrong with it. */
class TooLarge extends Error {
  readonly _tag = "InputTooLarge"
  constructor(role: string, size: bigint) {
    super(
      `the input "${role}" has ${size} bytes, and a stage is handed at most ${largest} in memory: declare the role as kind "file", and it is handed over as a path`,
    )
  }
}

/** @throws CorruptInput, TooLarge */
export function checkedBytes(role: string, input: InputFile): Uint8Array {
  let bytes: Uint8Array
  let identity: string
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(input.path, { bigint: true })
    if (size > largest) throw new TooLarge(role, size)
    identity = [dev, ino, size, mtimeNs, ctimeNs].join(" ")
    const read = readFileSync(input.path)
    bytes = new Uint8Array(read.buffer, read.byteOffset, read.length) // a Buffer's slice() would be a view
  } catch (failure) {
    if (failure instanceof TooLarge) throw failure
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
