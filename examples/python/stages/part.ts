// Which rows to fit and which to look at afterwards: a part to test on, and folds of the rest. A fit takes rows of kind "table:fit"
// alone, so what is held out cannot be wired where something is fitted.
import { Schema } from "effect"
import { form, type Row, stage } from "refold"
import { generator, kFold, seedOf, stratifiedSplit } from "refold/ml"

const common = { target: Schema.String, classes: Schema.Array(Schema.String), seed: Schema.Int }
const outputs = { fit: "table:fit", held: "table:held" } as const

export const part = stage("part", {
  doc: "Parts a table by rows, in the proportions of the classes",
  forms: {
    /** What is tested on once, at the end. */
    test: form({
      params: Schema.Struct({ ...common, share: Schema.Number }),
      inputs: { rows: "table:clean" },
      outputs,
      run: ({ params: { share, ...params }, inputs: { rows } }) => {
        const random = generator(seedOf(params.seed, "test"))
        const { train, validation } = stratifiedSplit(labels(rows, params), { fraction: share }, random)
        return { fit: at(rows, train), held: at(rows, validation) }
      },
    }),
    fold: form({
      params: Schema.Struct({ ...common, folds: Schema.Int, fold: Schema.Int }),
      inputs: { rows: "table:fit" },
      outputs,
      run: ({ params: { folds, fold, ...params }, inputs: { rows } }) => {
        const all = kFold(labels(rows, params), folds, generator(seedOf(params.seed, "folds", folds)))
        const { train, validation } = all[fold - 1]!
        return { fit: at(rows, train), held: at(rows, validation) }
      },
    }),
  },
})

type Rows = ReadonlyArray<Row>

const at = (rows: Rows, places: Uint32Array): Rows => Array.from(places, (place) => rows[place]!)

/** Class numbers, by the order of their names. */
function labels(
  rows: Rows,
  { target, classes }: { readonly target: string; readonly classes: ReadonlyArray<string> },
) {
  return Uint8Array.from(rows, (row) => {
    const label = classes.indexOf(String(row[target]))
    if (label >= 0) return label
    throw new Error(`a ${target} is "${row[target]}", and none of ${classes.join(", ")}`)
  })
}
