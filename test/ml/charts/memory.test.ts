// The chart of what lives in memory at once: what it tells, and in which unit.
import t from "tap"
import { type MemoryChart, memoryChart } from "../../../ml/charts/memory.ts"
import { renderSvg } from "../../../ml/charts/render.ts"

const items = (size: number): MemoryChart["items"] => [
  { to: "predict one", needed: "at least", what: "parameters", bytes: 2 * size },
  { to: "train on 5", needed: "at least", what: "maps", bytes: 5 * size },
  { to: "train on 5", needed: "on top", what: "gradients", bytes: 4 * size },
]
const chart = (size: number) => memoryChart({ title: "Memory", subtitle: "a test", items: items(size) })

t.test("each purpose is a panel that tells its least and what comes on top", async (t) => {
  const svg = await renderSvg(chart(1e6))
  for (const told of [
    "To predict one",
    "2.0 MB at least",
    "To train on 5",
    "5.0 MB at least, 9.0 MB with what comes on top",
  ])
    t.ok(svg.includes(`>${told}<`), told)
})

t.test("a small network is told in kB, not in tenths of an MB", async (t) => {
  const told = JSON.stringify(chart(1e3))
  t.ok(told.includes("5.0 kB"))
  t.notOk(told.includes("MB"))
})

t.test("no item is refused", async (t) => {
  t.throws(() => memoryChart({ title: "Memory", subtitle: "", items: [] }), /at least one item/)
})
