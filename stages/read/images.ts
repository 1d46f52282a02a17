// `read-images`: PNG and JPEG files in one folder a class, as an array of bytes `[n, height, width, channels]` and class numbers.
import * as Schema from "effect/Schema"
import { form, stage } from "refold"
import { byClass, PictureError, Stack } from "refold/ml"
import { givenParts, partOutputs, partsOf, type Read, Test } from "./parts.ts"

const Level = Schema.Int.pipe(Schema.between(0, 255))
const Pixels = Schema.Int.pipe(Schema.between(1, 4096))

const looks = {
  /** Names by class number; null takes the folders that there are, by code units. Name them, and an empty folder is told. */
  classes: Schema.optionalWith(
    Schema.NullOr(Schema.Array(Schema.NonEmptyString).pipe(Schema.minItems(2), Schema.maxItems(256))),
    { default: () => null },
  ),
  colour: Schema.optionalWith(Schema.Literal("as stored", "grey", "rgb"), { default: () => "as stored" }),
  /** What to make of other sizes; null: all must be of one size. */
  size: Schema.optionalWith(
    Schema.NullOr(
      Schema.Struct({
        height: Pixels,
        width: Pixels,
        fit: Schema.optionalWith(Schema.Literal("centre", "stretch"), { default: () => "centre" }),
      }),
    ),
    { default: () => null },
  ),
  /** What shows through where a PNG is transparent; null: such a file is refused. */
  background: Schema.optionalWith(Schema.NullOr(Schema.Tuple(Level, Level, Level)), { default: () => null }),
  /** A regular expression with one pair of brackets, whose match in a file's path is its group: `person-(\d+)`. */
  group: Schema.optionalWith(Schema.NullOr(Schema.String.pipe(Schema.filter(isPattern))), {
    default: () => null,
  }),
}
const Looks = Schema.Struct(looks)

type Folder = ReadonlyMap<string, Uint8Array>
interface Tools {
  readonly log: (line: string) => void
  readonly progress: (done: number, total: number) => Promise<void>
}

export const readImages = stage("read-images", {
  doc: "Reads PNG and JPEG files, one folder a class, into arrays to train and to test on",
  unit: "image",
  forms: {
    /** One folder, of which a part is held out to test on. */
    folder: form({
      params: Schema.Struct({ ...looks, test: Test }),
      inputs: { images: "folder" },
      outputs: partOutputs,
      run: async ({ params, inputs, log, progress }) => {
        const { read, facts } = await readFolder(inputs.images, params, { log, progress })
        return partsOf(read, params.test, facts, log)
      },
    }),
    /** Two folders with the same classes. */
    folders: form({
      params: Looks,
      inputs: { train: "folder", test: "folder" },
      outputs: partOutputs,
      run: async ({ params, inputs, log, progress }) => {
        const train = await readFolder(inputs.train, params, { log, progress })
        const { classes, height, width, channels } = train.facts
        const same = { ...params, classes }
        const test = await readFolder(inputs.test, same, { log, progress })
        const found = test.facts
        if (found.height !== height || found.width !== width || found.channels !== channels)
          throw new PictureError(
            `images to train on have the shape [${height}, ${width}, ${channels}], images to test on [${found.height}, ${found.width}, ${found.channels}]: say with size and colour which all shall have`,
          )
        return givenParts(train.read, test.read, train.facts, log)
      },
    }),
  },
})

/** Images between two reports of progress. */
const stride = 32

async function readFolder(folder: Folder, params: typeof Looks.Type, { log, progress }: Tools) {
  const { classes, files, others } = byClass(folder.keys(), params.classes)
  if (others.length > 0)
    log(`left aside, as no pictures: ${others.slice(0, 5).join(", ")}${others.length > 5 ? ", …" : ""}`)
  const stack = new Stack(params, files.length)
  for (const [at, { path }] of files.entries()) {
    await stack.add(path, folder.get(path)!)
    if (at % stride === 0 || at === files.length - 1) await progress(at + 1, files.length)
  }
  const inputs = stack.array()
  const labels = Uint8Array.from(files, ({ label }) => label)
  const groups = params.group === null ? null : files.map(({ path }) => groupOf(path, params.group!))
  const read: Read = {
    inputs,
    targets: { shape: [labels.length], data: labels },
    marks: { labels, groups, times: null },
    nameOf: (at) => files[at]!.path,
  }
  const [, height, width, channels] = inputs.shape
  return { read, facts: { classes, height, width, channels } }
}

function groupOf(path: string, pattern: string): string {
  const group = new RegExp(pattern, "u").exec(path)?.[1]
  if (group !== undefined) return group
  throw new PictureError(
    `${path} names no group: /${pattern}/ does not match it; rename the file, or change group`,
  )
}

function isPattern(text: string): true | string {
  try {
    // An alternative that is empty always matches, with as many brackets as there are.
    const groups = new RegExp(`${text}|`, "u").exec("")!.length - 1
    return groups === 1 || `it needs one pair of brackets around what names the group, and has ${groups}`
  } catch (failure) {
    return (failure as Error).message
  }
}
