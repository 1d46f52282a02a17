// `read-cifar`: the binary version of CIFAR-10 or CIFAR-100, as its archive unpacks, as arrays to train and to test on.
import * as Schema from "effect/Schema"
import { stage } from "refold"
import { ArrayError, type Cifar, cifarClasses, decodeCifar } from "refold/ml"
import { givenParts, partOutputs, type Read } from "./parts.ts"

/** Of each format its files, by what stands at the end of their paths. */
const FILES = {
  "cifar-10": {
    train: [
      "data_batch_1.bin",
      "data_batch_2.bin",
      "data_batch_3.bin",
      "data_batch_4.bin",
      "data_batch_5.bin",
    ],
    test: ["test_batch.bin"],
    names: "batches.meta.txt",
  },
  "cifar-100": { train: ["train.bin"], test: ["test.bin"], names: "fine_label_names.txt" },
} as const

export const readCifar = stage("read-cifar", {
  doc: "Reads the binary files of CIFAR-10 or CIFAR-100 into arrays to train and to test on",
  params: Schema.Struct({ format: Schema.Literal("cifar-10", "cifar-100") }),
  inputs: { files: "folder" },
  outputs: partOutputs,
  run: ({ params: { format }, inputs, log }) => {
    const names = FILES[format]
    const classes = cifarClasses(new TextDecoder().decode(found(inputs.files, names.names)[1]), format)
    const [train, test] = [names.train, names.test].map((part) => readPart(inputs.files, part, format)) as [
      Read,
      Read,
    ]
    return givenParts(train, test, { classes }, log)
  },
})

function readPart(files: ReadonlyMap<string, Uint8Array>, names: ReadonlyArray<string>, format: Cifar): Read {
  const { inputs, targets } = decodeCifar(new Map(names.map((name) => found(files, name))), format)
  return {
    inputs,
    targets,
    marks: { labels: targets.data as Uint8Array, groups: null, times: null },
    nameOf: (at) => `${names.length === 1 ? names[0] : "example"} ${at + 1}`,
  }
}

/** The one file of a name, in whichever folder the archive put it. */
function found(files: ReadonlyMap<string, Uint8Array>, name: string): [string, Uint8Array] {
  const paths = [...files.keys()].filter((path) => path === name || path.endsWith(`/${name}`))
  if (paths.length === 1) return [name, files.get(paths[0]!)!]
  throw new ArrayError(
    `${paths.length === 0 ? "there is no" : "there are several"} ${name} among ${[...files.keys()].slice(0, 8).join(", ") || "no files"}: name the folder that the archive unpacks to`,
  )
}
