// Fashion-MNIST for benchmarks, from wherever it lies already: nothing is fetched. Where it is not, the sample in this repository.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import { fashionMnist, fashionMnistSample } from "../ml/data/datasets.ts"
import { decodeIdx } from "../ml/data/idx.ts"

/** Greyscale images of 28 × 28 bytes, and their classes. */
export interface Examples {
  readonly images: Uint8Array
  readonly labels: Uint8Array
}

export interface Found {
  /** What they are, to be printed. */
  readonly title: string
  readonly train: Examples
  readonly test: Examples
}

const root = fileURLToPath(new URL("..", import.meta.url))
const downloads = join(root, "node_modules", ".cache", "refold", "downloads")
const installed = "/usr/share/datasets/fashion-mnist"

/** A folder with the four compressed files, if there is one: `named`, Debian's, or where experiments keep what they fetched. */
export const folderOf = (named?: string): string | undefined =>
  (named === undefined
    ? [installed, join(downloads, "apt", "dataset-fashion-mnist", installed), downloads]
    : [named]
  ).find((folder) => existsSync(join(folder, `${fashionMnist.files.trainImages.name}.gz`)))

/** The whole dataset, or the sample. Throws where a folder is named that has no such files. */
export function fashionMnistHere(named?: string): Found {
  const folder = folderOf(named)
  if (folder === undefined && named !== undefined)
    throw new Error(`${named} has no ${fashionMnist.files.trainImages.name}.gz: name the folder of the four`)
  const { title } = folder === undefined ? fashionMnistSample : fashionMnist
  const { files } = fashionMnist
  const read = (name: string): Uint8Array => {
    const path = join(folder ?? join(root, "experiments", "sample"), `${name}.gz`)
    return decodeIdx(gunzipSync(readFileSync(path))).data
  }
  return {
    title,
    train: { images: read(files.trainImages.name), labels: read(files.trainLabels.name) },
    test: { images: read(files.testImages.name), labels: read(files.testLabels.name) },
  }
}
