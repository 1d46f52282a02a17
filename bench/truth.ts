// The truth table: one small project in each tool's own terms, one edit at a time, which stages ran, and which should have.
//
//   npm run bench:truth [-- [--tools refold,make,…] [--edits TEXT,…] [--install] [--notes]]
//
// --edits takes parts of names; --install first installs what is not there (pip, npm) into a cache; tools that are
// not installed are left out. --notes prints what ran beside each verdict. Exit code 1 where a tool failed at an edit, or
// where Refold is stale or needless without an excuse.
import { parseArgs } from "node:util"
import { edits } from "./truth/edits/index.ts"
import { Bench, type Tried } from "./truth/lab.ts"
import { install } from "./truth/setup.ts"
import { printTruth } from "./truth/table.ts"
import { tools } from "./truth/tools.ts"

const { values } = parseArgs({
  options: {
    tools: { type: "string" },
    edits: { type: "string" },
    install: { type: "boolean", default: false },
    notes: { type: "boolean", default: false },
  },
})
const chosen = tools.filter(
  ({ name }) =>
    values.tools === undefined || values.tools.toLowerCase().split(",").includes(name.toLowerCase()),
)
const tried = edits.filter(
  ({ name }) => values.edits === undefined || values.edits.split(",").some((text) => name.includes(text)),
)
if (values.install) install(chosen.map(({ name }) => name.toLowerCase()))

const columns = new Map<string, ReadonlyMap<string, Tried>>()
for (const tool of chosen) {
  const version = tool.version()
  if (version === undefined) {
    console.error(`${tool.name} is not installed here: left out (--install installs it)`)
    continue
  }
  const bench = new Bench(tool)
  const started = performance.now()
  try {
    const column = new Map<string, Tried>()
    columns.set(tool.name, column)
    for (const edit of tried) {
      const found = bench.attempt(edit)
      column.set(edit.name, found)
      console.error(`  ${tool.name}, ${edit.name}: ${found.verdict}`)
    }
  } finally {
    bench.end()
  }
  console.error(`${tool.name} ${version}: ${((performance.now() - started) / 1000).toFixed(0)} s`)
}
const isWrong = printTruth(tried, chosen, columns, values.notes)
process.exitCode = isWrong ? 1 : 0
