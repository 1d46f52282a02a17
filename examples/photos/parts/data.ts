// The photographs as arrays: a folder of images by class, or CIFAR-10's binary files where their folder is named.
import { file } from "refold"
import { readCifar, readImages } from "refold/stages"

/** The folders of `images/`, by class number. */
const patterns = ["checked", "dotted", "plain", "ringed", "striped"]
/** CIFAR-10's, by class number. */
export const cifarNames = [
  ...["airplane", "automobile", "bird", "cat", "deer"],
  ...["dog", "frog", "horse", "ship", "truck"],
]

interface Settings {
  readonly cifar10: string
  readonly cifarClasses: ReadonlyArray<string>
  readonly seed: number
}

export function photographs({ cifar10, cifarClasses, seed }: Settings) {
  if (cifar10 !== "")
    return {
      classes: cifarClasses,
      images: readCifar({ format: "cifar-10" }, { files: file(cifar10, "folder") }),
    }
  return {
    classes: patterns,
    images: readImages.folder(
      { classes: patterns, test: { fraction: 0.25, seed, by: "class" } },
      { images: file("images") },
    ),
  }
}
