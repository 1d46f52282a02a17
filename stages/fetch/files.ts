// `fetch-files`: any files of a dataset, as `dataset add` wrote them down, with exactly the bytes that the params name.
import { join, resolve } from "node:path"
import * as Schema from "effect/Schema"
import { form, stage } from "refold"
import { utf8Text } from "refold/ml"
import { address, folder } from "./places.ts"
import { File, seek } from "./seek.ts"

const Files = Schema.Struct({
  dataset: Schema.NonEmptyString,
  /** Folders, relative ones from the project's root, and addresses of single files; tried in this order, after --data DIR. */
  from: Schema.Array(Schema.NonEmptyString),
  files: Schema.Array(File).pipe(Schema.minItems(1)),
})
type Files = typeof Files.Type

interface Tools {
  readonly settings: Readonly<Record<string, string>>
  readonly log: (line: string) => void
  readonly progress: (done: number, total: number) => Promise<void>
}

export const fetchFiles = stage("fetch-files", {
  doc: "Finds the files of a dataset that was declared by their hashes",
  allow: ["network", "files", "environment", "clock"],
  unit: "file",
  forms: {
    /** All files, as a folder. */
    folder: form({
      params: Files,
      inputs: {},
      outputs: { files: "folder" },
      run: async ({ params, settings, log, progress }) => ({
        files: await all(params, { settings, log, progress }),
      }),
    }),
    /** The one file, a table. */
    csv: form({
      params: Files.pipe(Schema.filter(({ files }) => files.length === 1 || "it takes one file")),
      inputs: {},
      outputs: { rows: "csv" },
      run: async ({ params, settings, log, progress }) => {
        const [[name, bytes]] = [...(await all(params, { settings, log, progress }))] as [
          [string, Uint8Array],
        ]
        return { rows: utf8Text(name, bytes) }
      },
    }),
  },
})

async function all(
  { dataset, from, files }: Files,
  { settings: { data, root = ".", cache = "." }, log, progress }: Tools,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const places = [
    ...(data === undefined ? [] : [folder(data, true)]),
    ...from.map((place) =>
      /^https?:\/\//i.test(place)
        ? address(place, join(cache, "downloads"))
        : folder(resolve(root, place), false),
    ),
  ]
  const found = new Map<string, Uint8Array>()
  for (const file of files) {
    found.set(file.name, await seek(file, { dataset, places, remedy, log }))
    await progress(found.size, files.length)
  }
  return found
}

const remedy =
  "or name a folder that holds it with --data DIR; or, if the new bytes are meant, declare them: dataset add DIR|URL --replace"
