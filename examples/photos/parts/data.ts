// The photographs as arrays: a folder of images by class, or CIFAR-10's binary files where their folder is named.
import { file } from "refold"
import { readCifar, readImages } from "refold/stages"

/** The folders of `images/`, by class number. */
const patterns = ["checked", "dotted", "plain", "ringed", "striped"]
const cifar = [
  ...["airplane", "automobile", "bird", "cat", "deer"],
  ...["dog", "frog", "horse", "ship", "truck"],
]

export function photographs({ cifar10, seed }: { readonly cifar10: string; readonly seed: number }) {
  if (cifar10 !== "")
    return {
      classes: cifar,
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
