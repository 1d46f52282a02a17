// Seeking a file by its bytes: place after place, until one has exactly those that are declared. It knows no kind of place.
import { createHash } from "node:crypto"
import { gunzipSync } from "node:zlib"
import * as Schema from "effect/Schema"
import type { Place } from "./places.ts"

/** A file by what it holds decompressed. */
export const File = Schema.Struct({
  name: Schema.NonEmptyString,
  sha256: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)),
  bytes: Schema.NonNegativeInt,
})
export type File = typeof File.Type

/** None of the places has the file with the right bytes: each of them, what went wrong, and what to do. */
class NotFound extends Error {
  readonly _tag = "DatasetNotFound"
}

interface Search {
  readonly dataset: string
  /** In the order in which they are tried; a wrong file in one that the user named ends the search. */
  readonly places: ReadonlyArray<Place>
  /** What helps beside what the places say. */
  readonly remedy: string
  readonly log: (line: string) => void
}

/** The file's bytes, decompressed. @throws NotFound when no place has exactly these */
export async function seek(file: File, { dataset, places, remedy, log }: Search): Promise<Uint8Array> {
  const failures: Array<string> = []
  for (const place of places) {
    try {
      const bytes = await place.find(file.name, log)
      if (bytes === undefined) {
        failures.push(`${place.name}: not there`)
        continue
      }
      const content = exactly(file, gunzipped(bytes))
      log(`${file.name} from ${place.name}`)
      return content
    } catch (failure) {
      failures.push(`${place.name}: ${(failure as Error).message}`)
      if (place.isNamed) break
    }
  }
  const remedies = [...new Set(places.map(({ remedy }) => remedy)), remedy]
  throw new NotFound(
    `${file.name} of ${dataset} (${file.bytes} bytes, SHA-256 ${file.sha256}) was not found with the right bytes.\n    ${failures.join("\n    ")}\n    What helps: ${remedies.join("; ")}`,
  )
}

/** gzip'd or not: its first two bytes tell. */
function gunzipped(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes)
  } catch (failure) {
    throw new Error(`truncated or corrupted (${(failure as Error).message})`)
  }
}

function exactly({ sha256, bytes: size }: File, bytes: Uint8Array): Uint8Array {
  if (bytes.length !== size)
    throw new Error(`it has ${bytes.length} bytes, not ${size}: truncated or another file`)
  const found = createHash("sha256").update(bytes).digest("hex")
  if (found !== sha256) throw new Error(`corrupted or another file: its SHA-256 is ${found}, not ${sha256}`)
  return bytes
}
