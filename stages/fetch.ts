// `fetch`: the four IDX files of a dataset, from wherever they are found, with exactly the bytes that the params name.
import { join } from "node:path"
import * as Schema from "effect/Schema"
import { stage } from "refold"
import { datasets, decodeIdx } from "refold/ml"
import { debian, folder, mirror, type Place } from "./fetch/places.ts"
import { File, seek } from "./fetch/seek.ts"

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
    const { dataset, mirrors } = params
    const search = { dataset, places: placesFor(dataset, mirrors, settings), remedy, log }
    const names = ["trainImages", "trainLabels", "testImages", "testLabels"] as const
    const found: Partial<Record<(typeof names)[number], Uint8Array>> = {}
    for (const [i, name] of names.entries()) {
      found[name] = await seek(params.files[name], search)
      decodeIdx(found[name], name.endsWith("Images") ? 3 : 1)
      await progress(i + 1, names.length)
    }
    return found as Record<(typeof names)[number], Uint8Array>
  },
})

const remedy = "or name a folder that holds it with --data DIR"

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
