// `fetch-files`: any files of a dataset, as `dataset add` wrote them down, with exactly the bytes that the params name.
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { basename, join, resolve } from "node:path"
import { gunzipSync } from "node:zlib"
import * as Schema from "effect/Schema"
import { form, stage } from "refold"
import { download } from "./download.ts"

const File = Schema.Struct({
  name: Schema.NonEmptyString,
  sha256: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)),
  bytes: Schema.NonNegativeInt,
})
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
        const [bytes] = (await all(params, { settings, log, progress })).values()
        return { rows: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) }
      },
    }),
  },
})

/** A file is nowhere with the right bytes: where it was sought, what was wrong there, and what to do. */
class NotFound extends Error {
  readonly _tag = "DatasetNotFound"
}

async function all({ dataset, from, files }: Files, tools: Tools): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>()
  for (const file of files) {
    found.set(file.name, await exact(dataset, file, from, tools))
    await tools.progress(found.size, files.length)
  }
  return found
}

async function exact(
  dataset: string,
  file: typeof File.Type,
  from: ReadonlyArray<string>,
  { settings: { data, root = ".", cache = "." }, log }: Tools,
): Promise<Uint8Array> {
  const failures: Array<string> = []
  for (const place of [...(data === undefined ? [] : [data]), ...from]) {
    try {
      const bytes = /^https?:\/\//i.test(place)
        ? await download(place, join(cache, "downloads"), log)
        : readIn(resolve(root, place), file.name)
      const content = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
      const sha256 = createHash("sha256").update(content).digest("hex")
      if (sha256 === file.sha256) return content
      failures.push(`${place}: another file, or damaged: ${content.length} bytes with the SHA-256 ${sha256}`)
    } catch (failure) {
      failures.push(`${place}: ${(failure as Error).message}`)
    }
  }
  throw new NotFound(
    `${file.name} of ${dataset} (${file.bytes} bytes, SHA-256 ${file.sha256}) was not found.\n    ${failures.join("\n    ")}\n    What helps: name a folder that holds it with --data DIR; or, if the new bytes are meant, declare them: dataset add DIR|URL --replace`,
  )
}

/** A folder that holds the file, gzip'd or not, or the file itself. */
function readIn(place: string, name: string): Uint8Array {
  const own = basename(place).replace(/\.gz$/i, "") === name ? [place] : []
  for (const path of [join(place, name), join(place, `${name}.gz`), ...own])
    if (existsSync(path)) return readFileSync(path)
  throw new Error("not there")
}
