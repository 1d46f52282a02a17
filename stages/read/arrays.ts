// `read-arrays`: arrays that another program saved, NumPy's or IDX, as arrays to train and to test on.
import * as Schema from "effect/Schema"
import { form, stage } from "refold"
import {
  ArrayError,
  type ArrayOf,
  asBytes,
  decodeArray,
  decodeNpz,
  rowSize,
  widenHalfFloats,
} from "refold/ml"
import { givenParts, partOutputs, partsOf, type Read, Test } from "./parts.ts"

/** Names by class number, and then targets are class numbers; null, and they are numbers. */
const classes = Schema.NullOr(Schema.Array(Schema.String).pipe(Schema.minItems(2), Schema.maxItems(256)))
type Classes = typeof classes.Type
/** Names of the arrays in the archive. */
const Names = Schema.Struct({ inputs: Schema.NonEmptyString, targets: Schema.NonEmptyString })

export const readArrays = stage("read-arrays", {
  doc: "Reads arrays of inputs and targets, .npy, .npz or IDX, into arrays to train and to test on",
  forms: {
    /** An `.npz` with both, of which a part is held out to test on. */
    npz: form({
      params: Schema.Struct({ classes, names: Names, test: Test }),
      inputs: { arrays: "npz" },
      outputs: partOutputs,
      run: async ({ params: { classes, names, test }, inputs, log }) => {
        const arrays = await decodeNpz(inputs.arrays)
        return partsOf(
          readPart(named(arrays, names.inputs), named(arrays, names.targets), classes),
          test,
          { classes },
          log,
        )
      },
    }),
    /** An `.npz` with four. */
    npzParts: form({
      params: Schema.Struct({ classes, train: Names, test: Names }),
      inputs: { arrays: "npz" },
      outputs: partOutputs,
      run: async ({ params: { classes, train, test }, inputs, log }) => {
        const arrays = await decodeNpz(inputs.arrays)
        const [trained, tested] = [train, test].map((names) =>
          readPart(named(arrays, names.inputs), named(arrays, names.targets), classes),
        ) as [Read, Read]
        return sameShape(trained, tested, classes, log)
      },
    }),
    /** Two files, `.npy` or IDX: `file("x.npy")`, and of IDX `file("images", "npy")`. */
    pair: form({
      params: Schema.Struct({ classes, test: Test }),
      inputs: { inputs: "npy", targets: "npy" },
      outputs: partOutputs,
      run: ({ params: { classes, test }, inputs, log }) =>
        partsOf(
          readPart(of("inputs", inputs.inputs), of("targets", inputs.targets), classes),
          test,
          { classes },
          log,
        ),
    }),
    /** Four files. */
    pairs: form({
      params: Schema.Struct({ classes }),
      inputs: { trainInputs: "npy", trainTargets: "npy", testInputs: "npy", testTargets: "npy" },
      outputs: partOutputs,
      run: ({ params: { classes }, inputs, log }) =>
        sameShape(
          readPart(of("trainInputs", inputs.trainInputs), of("trainTargets", inputs.trainTargets), classes),
          readPart(of("testInputs", inputs.testInputs), of("testTargets", inputs.testTargets), classes),
          classes,
          log,
        ),
    }),
  },
})

/** An array, and what it is called in messages. */
interface Named extends ArrayOf {
  readonly name: string
}

function named(arrays: ReadonlyMap<string, ArrayOf>, name: string): Named {
  const array = arrays.get(name)
  if (array !== undefined) return { ...array, name }
  throw new ArrayError(
    `there is no array "${name}" in the archive: it has ${[...arrays.keys()].join(", ") || "none"}`,
  )
}

function of(name: string, bytes: Uint8Array): Named {
  return { ...about(name, () => decodeArray(widenHalfFloats(bytes))), name }
}

function about<A>(name: string, work: () => A): A {
  try {
    return work()
  } catch (failure) {
    if (failure instanceof ArrayError) throw new ArrayError(`${name}: ${failure.message}`)
    throw failure
  }
}

/** @throws ArrayError for counts that differ, numbers that are not finite, and classes that are none */
function readPart(inputs: Named, targets: Named, classes: Classes): Read {
  const [count] = inputs.shape
  if (![2, 3, 4].includes(inputs.shape.length) || inputs.data.length === 0)
    throw new ArrayError(
      `${inputs.name} has the shape [${inputs.shape.join(", ")}]: inputs are [n, features], [n, height, width] or [n, height, width, channels]`,
    )
  if (targets.shape[0] !== count || targets.shape.length > 2)
    throw new ArrayError(
      `${inputs.name} has ${count} examples, and ${targets.name} the shape [${targets.shape.join(", ")}]: every example needs one target`,
    )
  checkFinite(inputs)
  const nameOf = (at: number) => `example ${at}`
  if (classes === null) {
    checkFinite(targets)
    const numbers = { shape: targets.shape, data: Float32Array.from(targets.data) }
    return { inputs, targets: numbers, marks: { labels: null, groups: null, times: null }, nameOf }
  }
  const labels = about(targets.name, () => asBytes(targets)).data
  const stray = labels.findIndex((label) => label >= classes.length)
  if (stray >= 0 || targets.data.length !== count)
    throw new ArrayError(
      `${targets.name}: ${stray < 0 ? "there is more than one target an example" : `label ${stray} is ${labels[stray]}, and ${classes.length} classes are named`}: correct it, or name all classes`,
    )
  return {
    inputs,
    targets: { shape: [labels.length], data: labels },
    marks: { labels, groups: null, times: null },
    nameOf,
  }
}

function checkFinite(array: Named): void {
  if (array.data instanceof Uint8Array) return
  const at = array.data.findIndex((value) => !Number.isFinite(value))
  if (at < 0) return
  const size = rowSize(array)
  throw new ArrayError(
    `${array.name}: example ${Math.floor(at / size)}, value ${at % size} is ${array.data[at]}, which is no finite number: correct it, or take the example out`,
  )
}

function sameShape(train: Read, test: Read, classes: Classes, log: (line: string) => void) {
  const [shape, other] = [train, test].map(({ inputs }) => inputs.shape.slice(1).join(", "))
  const areBytes = [train, test].map(({ inputs }) => inputs.data instanceof Uint8Array)
  if (shape !== other || areBytes[0] !== areBytes[1])
    throw new ArrayError(
      `examples to train on are [${shape}] of ${areBytes[0] ? "bytes" : "floats"}, those to test on [${other}] of ${areBytes[1] ? "bytes" : "floats"}: both must be alike`,
    )
  return givenParts(train, test, { classes }, log)
}
