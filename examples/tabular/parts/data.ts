// The table as arrays: the part to test on held out, the rest split into a part to fit and one to validate on.
import { file } from "refold"
import { normalize, readTable, split } from "refold/stages"

export const classes = ["female", "male"]

/** Columns in the order of the file, pinned: another file with other columns is refused, and not guessed at. */
const columns = {
  species: { type: "category", values: ["Adelie", "Chinstrap", "Gentoo"] },
  island: { type: "category", values: ["Biscoe", "Dream", "Torgersen"] },
  bill_length_mm: { type: "number" },
  bill_depth_mm: { type: "number" },
  flipper_length_mm: { type: "number" },
  body_mass_g: { type: "number" },
  // Where nobody wrote it down, there is nothing to learn from.
  sex: { type: "category", values: classes, missing: "drop" },
} as const

/** As the inputs have them: a category is a column for each of its values. */
export const features = [
  ...columns.species.values.map((species) => `species=${species}`),
  ...columns.island.values.map((island) => `island=${island}`),
  "bill_length_mm",
  "bill_depth_mm",
  "flipper_length_mm",
  "body_mass_g",
]

export function penguins(seed: number) {
  const table = readTable.csv(
    {
      target: "sex",
      columns,
      missing: { number: "median" },
      test: { fraction: 0.25, seed, by: "class" },
    },
    { rows: file("data/penguins.csv") },
  )
  const parts = split({ classes: classes.length, validation: 0.2, seed }, { targets: table.trainTargets })
  return { table, parts: normalized(table, parts) }
}

type Table = ReturnType<typeof readTable.csv>
type Axes = Readonly<Record<string, string | number>>

/** With mean and deviation of what is to be fitted: baselines and networks see features by the same. */
export const normalized = (table: Table, parts: ReturnType<typeof split>, axes: Axes = {}) => ({
  ...parts,
  ...normalize({}, { inputs: table.trainInputs, indices: parts.train }, axes),
})

export type Penguins = ReturnType<typeof penguins>
/** What to fit and how it is seen, and what to validate on. */
export type Part = Penguins["parts"]
