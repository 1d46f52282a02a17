import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import t, { type Test } from "tap"
import { encodeContent } from "../../../engine/content/kind.ts"
import { atOnce } from "../../../engine/content/steps.ts"
import type { RunFacts } from "../../../engine/report/page/facts.ts"
import { type NamedResult, writeRunFolder } from "../../../engine/session/folder/run-folder.ts"
import { fileStore } from "../../../engine/store/file-store.ts"
import { Store } from "../../../engine/store/store.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

const facts: RunFacts = {
  experiment: "survey",
  doc: "Which threshold is best",
  run: "20260102-030405-abcdef",
  started: "2026-01-02T03:04:05.678Z",
  commit: "0123456789abcdef0123456789abcdef01234567",
  dirty: false,
  params: { thresholds: [0.5, 1], note: "a < b" },
  counted: [{ stage: "weigh.once", role: "sample", count: 2 }],
  paramDocs: [
    { name: "thresholds", type: "numbers", default: "0.5,1", doc: "what to try" },
    { name: "note", type: "string", default: "", doc: "written on the page" },
  ],
  tasks: [
    { label: "clean@threshold=0.5", stage: "clean", status: "ran", seconds: 1.25 },
    { label: "clean@threshold=1", stage: "clean", status: "cached", seconds: undefined },
  ],
}

interface Given {
  readonly name: string
  readonly kind: string
  readonly content: unknown
  readonly task?: string
  readonly single?: boolean
}

const svg = (width: number, height: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="${width}" height="${height}"></svg>`

const survey: ReadonlyArray<Given> = [
  {
    name: "scores",
    kind: "table:summary",
    content: [
      { threshold: 0.5, mean: 0.1234567 },
      { threshold: 1, mean: 2 },
    ],
  },
  { name: "choice", kind: "value", content: { threshold: 0.5 } },
  {
    name: "test.metrics",
    kind: "metrics",
    content: { mean: 0.25, "mean.low": 0.2, "mean.high": 0.3, rows: 40 },
  },
  { name: "charts.wide.svg", kind: "svg", content: svg(900, 300), task: "draw@chart=wide" },
  {
    name: "charts.wide.spec",
    kind: "chart",
    content: { title: { text: "A wide one" } },
    task: "draw@chart=wide",
  },
  { name: "charts.square.svg", kind: "svg", content: svg(300, 300), task: "draw@chart=square" },
  { name: "rows", kind: "table", content: Array.from({ length: 50 }, (_, i) => ({ row: `row ${i}` })) },
  { name: "model", kind: "weights:safetensors", content: new Uint8Array([1, 2, 3]) },
  { name: "a", kind: "metrics", content: { mean: 0.5 }, task: "measure@fold=1+odd=1e9x", single: false },
  { name: "b", kind: "metrics", content: { mean: 0.75 }, task: "measure@fold=2+odd=no", single: false },
]

/** Writes the folder of a run that had these results. */
async function written(t: Test, given: ReadonlyArray<Given>, about: RunFacts = facts) {
  const folder = join(temporaryFolder(t), about.run)
  const store = await Effect.runPromise(Effect.provide(Store, fileStore(temporaryFolder(t))))
  const results = given.map(({ name, kind, content, task = "clean", single = true }): NamedResult => {
    return { name, kind, task, single, ...store.put(encodeContent(kind, content)) }
  })
  atOnce(writeRunFolder(store, folder, about, results))
  return { folder, page: readFileSync(join(folder, "index.html"), "utf8") }
}

const hrefs = (page: string): ReadonlyArray<string> =>
  [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, target]) => target!)

t.test("every link of a page leads to a file beside it, whatever its name", async (t) => {
  const odd = { name: "cell@fold=1+rate=0.5 100% #1", kind: "table", content: [{ x: 1 }] }
  const { folder, page } = await written(t, [...survey, odd])
  const links = hrefs(page)
  t.ok(links.length > 15)
  for (const target of links) {
    t.match(target, /^\.\//)
    t.ok(existsSync(join(folder, decodeURIComponent(target))), target)
  }
})

t.test("a page asks nothing of the network and runs no script", async (t) => {
  const { page } = await written(t, survey)
  t.notMatch(page, /<script|@import|url\(|https?:|\son\w+=/i)
})

t.test("markup in whatever a page tells stays text", async (t) => {
  const evil = `"><script>alert('x')</script>&amp;`
  const { page } = await written(
    t,
    [
      { name: evil, kind: "value", content: { [evil]: evil } },
      { name: "table", kind: "table:summary", content: [{ [evil]: evil }] },
      { name: "measured.metrics", kind: "metrics", content: { [evil]: 1 } },
      { name: "cell", kind: "metrics", content: { [evil]: 1 }, task: `measure@a=${evil}`, single: false },
      { name: "picture.svg", kind: "svg", content: svg(10, 10) },
      { name: "picture.spec", kind: "chart", content: { title: evil } },
      { name: evil, kind: `image:${evil}`, content: new Uint8Array(30) },
    ],
    {
      ...facts,
      experiment: evil,
      doc: evil,
      commit: evil,
      params: { [evil]: evil },
      counted: [{ stage: "weigh.once", role: "sample", count: 2 }],
      paramDocs: [{ name: evil, type: evil, default: evil, doc: evil }],
      tasks: [{ label: evil, stage: evil, status: "ran", seconds: 1 }],
    },
  )
  t.notMatch(page, /<script/i)
  t.ok(page.includes("&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;"))
})

t.test("the same results make the same page, byte for byte", async (t) => {
  t.equal((await written(t, survey)).page, (await written(t, survey)).page)
})

t.test("a page shows what the kinds of the results call for", async (t) => {
  const { page } = await written(t, survey)
  const text = page
    .replace(/<style>.*<\/style>/s, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
  t.match(text, "test.mean 0.25 95 % interval 0.2 to 0.3", "a metric stands with its interval")
  t.match(text, "choice threshold 0.5", "a value is named")
  t.match(text, "0.5 0.1235 1.0 2.0000", "numbers of a column share their decimals")
  t.match(
    page,
    /<figure class="wide">\n<a class="card" href="\.\/charts\.wide\.svg"><img[^>]*alt="A wide one" width="900"/,
  )
  t.match(
    page,
    /<figure>\n<a class="card" href="\.\/charts\.square\.svg">/,
    "only what is wide takes the whole width",
  )
  t.match(text, "row 19", "a long table is shown")
  t.notMatch(text, "row 20", "up to a limit")
  t.match(text, "20 of 50 rows; all of them are in rows.json")
  t.match(text, "cells of measure 2 cells fold odd mean 1 1e9x 0.50 2 no 0.75", "a row for each cell")
  t.match(text, "note a &lt; b instead of written on the page", "a param that was set says so")
  t.match(text, "1 ran, 1 cached")
  t.match(text, "Commit 0123456789 Tasks", "a clean tree needs no word")
  t.match((await written(t, survey, { ...facts, dirty: true })).page, "and uncommitted changes")
})

t.test("a run without results of a kind has no empty section for it", async (t) => {
  const { page } = await written(t, [{ name: "blob", kind: "bytes:bin", content: new Uint8Array([1]) }])
  t.notMatch(page, /Pictures|Tables|class="tiles"|class="main"/)
})

t.test("a page that a run made is linked before the pictures, and what it holds is not shown", async (t) => {
  const made = { name: "explorer", kind: "document:html", content: "<!doctype html><p>within" }
  const { page } = await written(t, [...survey, made])
  t.match(page, /<h2>Pages<\/h2>\s*<ul class="documents">\s*<li><a href="\.\/explorer\.html">explorer<\/a>/)
  t.ok(page.indexOf("<h2>Pages</h2>") < page.indexOf("<h2>Pictures</h2>"))
  t.notMatch(page, /within/)
  t.notMatch((await written(t, survey)).page, /<h2>Pages/)
})
