// What a project loads that has a table and no images: the code of each stage that it wires, and the packages behind it.
import t from "tap"
import { bundle } from "../../engine/code/bundle.ts"
import { Modules } from "../../engine/code/modules.ts"
import { InstalledPackages } from "../../engine/code/packages/packages.ts"
import { root } from "../support/sources.ts"

const { folders } = new InstalledPackages(root)

/** Of a form, or of a stage without forms. */
async function loaded(module: string, exported: string, stage: string, form?: string) {
  const text = `export { ${exported} as stage } from ${JSON.stringify(`./${module}`)}`
  const wanted = form === undefined ? {} : { wanted: { module, stage, form } }
  const { sources, packages } = await bundle(new Modules(root, folders), { text, ...wanted }, "code")
  return { sources: Object.keys(sources), packages }
}

/** Rooms of what only images, pictures and networks take. */
const foreign =
  /^ml\/(charts|explorer|kernels|layers|network|pytorch|tensorflow|training|wasm|data\/pictures)\//

const withoutNetwork = [
  ["stages/read/table.ts", "readTable", "read-table", "csv"],
  ["stages/split.ts", "split", "split"],
  ["stages/fold.ts", "fold", "fold"],
  ["stages/parting/split-by.ts", "splitBy", "split-by", "group"],
  ["stages/normalize.ts", "normalize", "normalize"],
  ["stages/baseline.ts", "baseline", "baseline", "classes"],
  ["stages/baseline.ts", "baseline", "baseline", "numbers"],
  ["stages/baseline.ts", "baseline", "baseline", "importance"],
  ["stages/measure.ts", "measure", "measure", "testClasses"],
  ["stages/select.ts", "select", "select", "best"],
] as const

for (const [module, exported, stage, form] of withoutNetwork)
  t.test(`${stage}${form ? `.${form}` : ""} loads no network, kernel, picture or chart`, async (t) => {
    const { sources, packages } = await loaded(module, exported, stage, form)
    t.same(
      sources.filter((path) => foreign.test(path)),
      [],
    )
    t.ok(sources.length > 3, "what it does load is seen")
    t.same(
      packages.filter((name) => name !== "arquero"),
      [],
    )
  })

t.test(
  "of IDX a table's stages load the one module that tells an array's file by its first bytes",
  async (t) => {
    const { sources } = await loaded("stages/baseline.ts", "baseline", "baseline", "classes")
    t.same(
      sources.filter((path) => /idx|cifar/.test(path)),
      ["ml/data/idx.ts"],
    )
    const { sources: read } = await loaded("stages/read/table.ts", "readTable", "read-table", "csv")
    t.same(
      read.filter((path) => /idx|cifar|npz|zip/.test(path)),
      [],
    )
  },
)

t.test("a network on a table loads no chart, no picture and no package", async (t) => {
  for (const [module, exported, stage, form] of [
    ["stages/train.ts", "train", "train"],
    ["stages/evaluate.ts", "evaluate", "evaluate", "test"],
  ] as const) {
    const { sources, packages } = await loaded(module, exported, stage, form)
    t.same(
      sources.filter((path) => /^ml\/(charts|explorer|data\/pictures)\//.test(path)),
      [],
    )
    t.same(packages, [])
  }
})

t.test("what draws is seen to load vega: the law would find it", async (t) => {
  const { sources, packages } = await loaded("stages/visualize.ts", "visualize", "visualize", "roc")
  t.ok(sources.some((path) => foreign.test(path)))
  t.same(packages, ["@resvg/resvg-wasm", "vega", "vega-lite"])
})
