// The four files of a dataset: in a folder at hand, with the right bytes, or in reach of this machine.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { broken, type Finding, fine, type Probe } from "../engine/cli/doctor/finding.ts"
import type { DatasetDescription, DatasetFile } from "../ml/data/datasets.ts"
import { client, webAddress } from "../stages/fetch/client.ts"
import { folder } from "../stages/fetch/places.ts"
import { type Environment, proxiesFrom } from "../stages/fetch/proxies.ts"

/** A mirror has three seconds for its answer. */
const limits = { connect: 3000, silence: 3000, redirects: 5 }

/** @param environment names the proxies through which mirrors are asked */
export const data = (dataset: DatasetDescription, environment: Environment = process.env): Probe => ({
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
      const failure = await unreachable(`${mirror}${dataset.files.testLabels.name}.gz`, environment)
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

/** Why nothing answers there with the file, the smallest one, as a download would ask for it; undefined when something does. */
async function unreachable(url: string, environment: Environment): Promise<string | undefined> {
  try {
    const own = await client(proxiesFrom(environment), limits)
    try {
      return await own.get(webAddress(url), { "user-agent": "refold" }, async ({ statusCode, body }) => {
        await body.dump()
        return statusCode < 400 ? undefined : `answers ${statusCode}`
      })
    } finally {
      await own.close()
    }
  } catch (failure) {
    return (failure as Error).message
  }
}
