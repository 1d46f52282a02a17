// The four files of a dataset: in a folder at hand, with the right bytes, or in reach of this machine.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { request } from "node:https"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { broken, type Finding, fine, type Probe } from "../engine/cli/doctor/finding.ts"
import type { DatasetDescription, DatasetFile } from "../ml/data/datasets.ts"
import { folder } from "../stages/fetch/places.ts"

/** Milliseconds that a mirror has to answer. */
const patience = 3000

export const data = (dataset: DatasetDescription): Probe => ({
  about: "data",
  ask: async ({ root, cache, data }) => {
    const remedy = "name a folder that holds the four files with --data DIR"
    // A folder that the user names is the only one that counts.
    if (data !== undefined) {
      const wrong = await wrongIn(data, dataset)
      return [wrong === undefined ? at(dataset, data) : broken(dataset.name, `${data}: ${wrong}`, remedy)]
    }
    const tried: Array<string> = []
    for (const place of folders(dataset, root, cache)) {
      const wrong = await wrongIn(place, dataset)
      if (wrong === undefined) return [at(dataset, place)]
      tried.push(`${place}: ${wrong}`)
    }
    for (const mirror of dataset.mirrors) {
      const failure = await unreachable(`${mirror}${dataset.files.testLabels.name}.gz`)
      if (failure === undefined)
        return [fine(dataset.name, `not here yet; ${mirror} answers`, { place: mirror })]
      tried.push(`${mirror}: ${failure}`)
    }
    const { debian } = dataset
    if (debian !== null && spawnSync("apt-get", ["--version"]).status === 0)
      return [
        fine(dataset.name, `not here yet; apt-get may have Debian's ${debian.package}`, { place: "apt-get" }),
      ]
    return [broken(dataset.name, `not found: ${tried.join("; ")}`, remedy)]
  },
})

const at = ({ name }: DatasetDescription, place: string): Finding =>
  fine(name, `four files with the right hashes in ${place}`, { place })

/** In the order in which `fetch` tries them. */
function folders(
  { repositoryFolder, debian }: DatasetDescription,
  root: string,
  cache: string,
): ReadonlyArray<string> {
  return [
    ...(repositoryFolder === null ? [] : [join(root, repositoryFolder)]),
    ...(debian === null
      ? []
      : [debian.folder, join(cache, "downloads", "apt", debian.package, debian.folder)]),
  ]
}

/** What is wrong with the first file that is not as it must be. */
async function wrongIn(path: string, { files }: DatasetDescription): Promise<string | undefined> {
  for (const file of Object.values(files) as ReadonlyArray<DatasetFile>) {
    const bytes = await folder(path, false).find(file.name, () => {})
    if (bytes === undefined) return `${file.name} is not there`
    const found = digestOf(bytes)
    if (found !== file.sha256) return `${file.name} is corrupted or another file (SHA-256 ${found})`
  }
  return undefined
}

function digestOf(bytes: Uint8Array): string {
  try {
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
    return createHash("sha256").update(plain).digest("hex")
  } catch (failure) {
    return `of none: ${(failure as Error).message}`
  }
}

/** Why nothing answers there with the file; undefined when something does. */
const unreachable = (url: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const asked = request(url, { method: "HEAD", timeout: patience }, ({ statusCode = 0 }) => {
      asked.destroy()
      resolve(statusCode < 400 ? undefined : `answers ${statusCode}`)
    })
    const stopped = setTimeout(
      () => asked.destroy(new Error(`no answer within ${patience / 1000} s`)),
      patience,
    )
    asked.on("close", () => clearTimeout(stopped))
    asked.on("error", ({ message }) => resolve(message))
    asked.end()
  })
