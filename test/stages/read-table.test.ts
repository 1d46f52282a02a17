// in turn: it starts processes.
// Tables through the stage and the command line: arrays, names, what is fitted on the part to train on, and broken files.
import t from "tap"
import { decodeArray } from "../../ml/data/arrays/decode-array.ts"
import { readTable } from "../../stages/read/table.ts"
import { readingProject } from "./support/reading-project.ts"
import { runForm } from "./support/run-form.ts"

const given = {
  target: "kind",
  columns: {},
  missing: { number: "mean", category: "error", marks: [] },
  group: null,
  time: null,
  leaveOut: [],
  delimiter: ",",
} as const
const lines = Array.from(
  { length: 20 },
  (_, at) => `${at},${at % 2 ? "red" : "blue"},p${at % 5},${at % 2 ? "b" : "a"}`,
)
const table = `size,colour,who,kind\n${lines.join("\n")}\n`
const test = { fraction: 0.25, seed: 1 }
const values = (bytes: Uint8Array) => [...decodeArray(bytes).data]

t.test(
  "a CSV becomes features and class numbers, held out by class, and says what its columns are",
  async (t) => {
    const read = await runForm(readTable.csv, { ...given, test }, { rows: table })
    t.same(decodeArray(read.trainInputs).shape, [15, 8])
    t.same(
      read.facts,
      {
        classes: ["a", "b"],
        target: "kind",
        features: ["size", "colour=blue", "colour=red", "who=p0", "who=p1", "who=p2", "who=p3", "who=p4"],
        columns: {
          size: { type: "number" },
          colour: { type: "category", values: ["blue", "red"] },
          who: { type: "category", values: ["p0", "p1", "p2", "p3", "p4"] },
          kind: { type: "category", values: ["a", "b"] },
        },
        fills: {
          size: Math.fround(
            values(read.trainInputs)
              .filter((_, at) => at % 8 === 0)
              .reduce((a, b) => a + b, 0) / 15,
          ),
        },
        shape: [8],
        train: 15,
        test: 5,
      },
      "to be pinned by params",
    )
    const sizes = values(read.testInputs).filter((_, at) => at % 8 === 0)
    t.same(
      values(read.testTargets),
      sizes.map((size) => size % 2),
    )
  },
)

t.test("what its facts say of columns, pinned in the params, gives the same arrays", async (t) => {
  const read = await runForm(readTable.csv, { ...given, test }, { rows: table })
  const { columns } = read.facts as unknown as { columns: typeof given.columns }
  const again = await runForm(readTable.csv, { ...given, columns, test }, { rows: table })
  t.same(again, read)
})

t.test("a group column is no feature, and its groups stand on one side", async (t) => {
  const read = await runForm(readTable.csv, { ...given, group: "who", test }, { rows: table })
  t.same(decodeArray(read.trainInputs).shape, [16, 3])
  const trained = new Set(read.trainGroups as ReadonlyArray<string>)
  t.equal(trained.size, 4)
})

t.test(
  "of two files the one to train on says what columns are and what fills them, and messages say which",
  async (t) => {
    const train = "x,c,y\n1,u,1.5\n3,v,2\n,u,4\n"
    const numbers = { ...given, target: "y" } as const
    const read = await runForm(readTable.csvs, numbers, { train, test: "x,c,y\n,v,7\n" })
    t.same(values(read.testInputs), [2, 0, 1])
    t.same([values(read.trainTargets), values(read.testTargets)], [[1.5, 2, 4], [7]])
    await t.rejects(
      runForm(readTable.csvs, numbers, { train, test: "x,c,y\n1,w,7\n" }),
      /^.*test: line 2, column "c": "w" is not among its categories \(u, v\)/,
    )
  },
)

t.test(
  "a broken table fails the run by file, line, column and remedy; put right, the run succeeds",
  async (t) => {
    const lab = readingProject(
      t,
      `import { experiment, file } from "refold"
    import { readTable } from "../stages/read/table.ts"
    export default experiment("one", {}, () => {
      const { facts, checks } = readTable.csv(
        { target: "kind", test: { fraction: 0.25, seed: 1 } }, { rows: file("data/survey.csv") })
      return { facts, checks }
    })`,
    )
    for (const [rows, message] of [
      [`${table}21,red\n`, /^line 22 has 2 cells, and not the 4 .* \(its input rows is data\/survey.csv\)$/],
      [
        `${table},red,p1,b\n`,
        /^line 22, column "size": the cell is empty: .* \(its input rows is data\/survey.csv\)$/,
      ],
      [
        Buffer.from(table.replace("red,p1", "r\u00e9d,p1"), "latin1"),
        /^input "rows" is no csv: it is not in UTF-8: byte 36, 0xe9 in line 3, begins no character: save it as UTF-8 .* \(its input rows is data\/survey.csv\)$/,
      ],
    ] as const) {
      lab.put({ "data/survey.csv": rows })
      const ran = await lab.json("--exp", "one")
      t.equal(ran.code, 1, String(message))
      t.match(ran.of("task-finished")[0]?.error?.message, message)
    }
    lab.put({ "data/survey.csv": table })
    t.equal((await lab.json("--exp", "one")).code, 0)
  },
)
