// `fetch`: the four IDX files of a dataset, from wherever they are found, with exactly the bytes that the params name.
import { createHash } from "node:crypto"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import * as Schema from "effect/Schema"
import { stage } from "refold"
import { datasets, decodeIdx } from "refold/ml"
import { debian, folder, mirror, type Place } from "./fetch/places.ts"

const File = Schema.Struct({
  name: Schema.NonEmptyString,
  sha256: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)),
  bytes: Schema.Int.pipe(Schema.positive()),
})

/** Four IDX files by the SHA-256 of their decompressed bytes. */
export const DatasetFiles = Schema.Struct({
  trainImages: File,
  trainLabels: File,
  testImages: File,
  testLabels: File,
})

export const fetch = stage("fetch", {
  doc: "Finds the files of a dataset and checks their hashes",
  params: Schema.Struct({
    dataset: Schema.NonEmptyString,
    files: DatasetFiles,
    /** Folders on the web to try for a dataset that Refold does not know by name. */
    mirrors: Schema.Array(Schema.String),
  }),
  inputs: {},
  outputs: {
    trainImages: "array:train:inputs",
    trainLabels: "array:train:targets",
    testImages: "array:test:inputs",
    testLabels: "array:test:targets",
  },
  allow: ["network", "files", "environment", "clock", "processes"],
  unit: "file",
  run: async ({ params, settings, log, progress }) => {
    const places = placesFor(params.dataset, params.mirrors, settings)
    const names = ["trainImages", "trainLabels", "testImages", "testLabels"] as const
    const found: Partial<Record<(typeof names)[number], Uint8Array>> = {}
    for (const [i, name] of names.entries()) {
      found[name] = await obtain(params.files[name], places, log)
      decodeIdx(found[name], name.endsWith("Images") ? 3 : 1)
      await progress(i + 1, names.length)
    }
    return found as Record<(typeof names)[number], Uint8Array>
  },
})

/** None of the places has the file with the right bytes: each of them, what went wrong, and what to do. */
class NotFound extends Error {
  readonly _tag = "DatasetNotFound"
}

function placesFor(
  dataset: string,
  mirrors: ReadonlyArray<string>,
  { root = ".", cache = ".", data }: Readonly<Record<string, string>>,
): ReadonlyArray<Place> {
  const known = datasets.find(({ name }) => name === dataset)
  const downloads = join(cache, "downloads")
  return [
    // What the repository holds comes first: a folder that is named for one dataset does not hide another's files of the same names.
    ...(known?.repositoryFolder ? [folder(join(root, known.repositoryFolder), false)] : []),
    ...(data === undefined ? [] : [folder(data, true)]),
    ...(known?.debian ? [folder(known.debian.folder, false)] : []),
    ...[...(known?.mirrors ?? []), ...mirrors].map((url) => mirror(url, downloads)),
    ...(known?.debian ? [debian(known.debian.package, known.debian.folder, downloads)] : []),
  ]
}

async function obtain(
  file: typeof File.Type,
  places: ReadonlyArray<Place>,
  log: (line: string) => void,
): Promise<Uint8Array> {
  const failures: Array<string> = []
  for (const place of places) {
    let wrong: string | undefined
    try {
      const bytes = await place.find(file.name, log)
      if (bytes !== undefined) {
        const decompressed = gunzipped(bytes)
        wrong = mismatch(decompressed, file)
        if (wrong === undefined) {
          log(`${file.name} from ${place.name}`)
          return decompressed
        }
      }
      failures.push(`${place.name}: ${wrong ?? "not there"}`)
    } catch (failure) {
      wrong = (failure as Error).message
      failures.push(`${place.name}: ${wrong}`)
    }
    if (wrong !== undefined && place.isNamed) break
  }
  const remedies = [
    ...new Set(places.map(({ remedy }) => remedy)),
    "or name a folder that holds it with --data DIR",
  ]
  throw new NotFound(
    `${file.name} was not found with the right bytes.\n    ${failures.join("\n    ")}\n    What helps: ${remedies.join("; ")}`,
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

function mismatch(bytes: Uint8Array, { sha256, bytes: size }: typeof File.Type): string | undefined {
  if (bytes.length !== size) return `it has ${bytes.length} bytes, not ${size}: truncated or another file`
  const found = createHash("sha256").update(bytes).digest("hex")
  return found === sha256 ? undefined : `corrupted or another file: its SHA-256 is ${found}, not ${sha256}`
}
