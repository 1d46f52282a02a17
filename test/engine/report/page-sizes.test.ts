// Pages of runs of any size: bounded, with every number right and every link to a file that is there.
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import t, { type Test } from "tap"
import { encodeContent } from "../../../engine/content/kind.ts"
import { atOnce } from "../../../engine/content/steps.ts"
import type { RunFacts } from "../../../engine/report/page/facts.ts"
import { page } from "../../../engine/report/page/page.ts"
import { type NamedResult, writeRunFolder } from "../../../engine/session/folder/run-folder.ts"
import { memoryStore } from "../../../engine/store/memory-store.ts"
import { Store } from "../../../engine/store/store.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { count } from "../../counts.ts"
import { bareRun } from "../support/bare-run.ts"

const bare = bareRun("sizes")

const statuses = ["ran", "cached", "failed", "skipped"] as const

/** Around every bound, and far above. */
const sizes = fc.oneof(fc.nat(4), fc.constantFrom(99, 100, 101, 499, 500, 501, 999, 1000, 1001), fc.nat(3000))
const words = fc.constantFrom("", "=", "é日", `<b>"'&`, "w".repeat(160), "\u0007\u202e")

const textOf = (page: string): string =>
  page
    .replace(/<style>.*<\/style>/s, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")

const hrefs = (page: string): ReadonlyArray<string> =>
  [...page.matchAll(/(?:href|src)="\.\/([^"]*)"/g)].map(([, target]) => decodeURIComponent(target!))

const tasksOf = (size: number, word: string): RunFacts["tasks"] =>
  Array.from({ length: size }, (_, i) => ({
    label: `stage-${i % 7}@cell=${word}${i}`,
    stage: `stage-${i % 7}`,
    status: statuses[(i * i) % 4]!,
    seconds: i % 3 === 0 ? undefined : i / 8,
  }))

const kinds = ["metrics", "value", "table:summary", "table", "svg", "image:png", "chart", "text"] as const
const contents: Readonly<Record<string, unknown>> = {
  metrics: { accuracy: 0.5, loss: 2 },
  value: 1,
  table: [{ a: 1, b: "x" }],
  "table:summary": [{ a: 1, b: "x" }],
  svg: `<svg width="3" height="2"></svg>`,
  "image:png": new Uint8Array(30),
  chart: { title: "it" },
  text: "text",
}

const opened = (): Promise<Store["Type"]> => Effect.runPromise(Effect.provide(Store, memoryStore))

/** Results of one kind and word, by name or of an array. */
const resultsOf = (
  store: Store["Type"],
  size: number,
  { kind, word, single }: { readonly kind: string; readonly word: string; readonly single: boolean },
): ReadonlyArray<NamedResult> => {
  const record = { kind, single, ...store.put(encodeContent(kind, contents[kind])) }
  return Array.from({ length: size }, (_, i) => {
    const task = `make-${kind.replace(/\W/g, "")}@cell=${i}`
    return { ...record, name: single ? `${word}${kind}-${i}` : `${task}.${word}out`, task }
  })
}

const written = (t: Test, store: Store["Type"], results: ReadonlyArray<NamedResult>, facts = bare) => {
  const folder = temporaryFolder(t)
  const found = atOnce(writeRunFolder(store, folder, facts, results))
  const path = join(folder, "index.html")
  return { folder, found, page: readFileSync(path, "utf8"), bytes: statSync(path).size }
}

t.test("the numbers of a page's tasks add up to the tasks of the run, however many there are", (t) => {
  fc.assert(
    fc.property(sizes, words, (size, word) => {
      const tasks = tasksOf(size, word)
      const text = atOnce(page({ ...bare, tasks }, {}, [], []))
      const countOf = (status: string) => tasks.filter((task) => task.status === status).length
      const told = statuses.flatMap((status) => (countOf(status) > 0 ? [`${countOf(status)} ${status}`] : []))
      t.ok(textOf(text).includes(`Tasks ${told.join(", ")}`.trim()), told.join())
      if (size > 500) {
        const rows = [
          ...text.matchAll(
            /<tr><td><code>stage-\d<\/code><\/td>\n((?:<td class="number">[^<]*<\/td>\n?)+)<\/tr>/g,
          ),
        ].map(([, cells]) => [...cells!.matchAll(/>(\d+)</g)].map(([, number]) => Number(number)))
        t.equal(rows.length, 7)
        const sum = (at: number) => rows.reduce((sum, row) => sum + row[at]!, 0)
        t.same([0, 1, 2, 3, 4].map(sum), [size, ...statuses.map(countOf)], "of stages, all and by status")
      }
      return Buffer.byteLength(text) < 400_000
    }),
    { numRuns: count(20, 500) },
  )
  t.end()
})

t.test(
  "whatever results a run has, and however many, its page is bounded, its links lead to files, and its folder has few",
  async (t) => {
    const store = await opened()
    const sets = fc.array(
      fc.record({ size: sizes, kind: fc.constantFrom(...kinds), word: words, single: fc.boolean() }),
      { maxLength: 4 },
    )
    fc.assert(
      fc.property(sets, (sets) => {
        const results = sets.flatMap(({ size, ...given }, i) =>
          resultsOf(store, size, { ...given, word: `${i}${given.word}` }),
        )
        const distinct = [...new Map(results.map((result) => [result.name, result])).values()]
        const { folder, found, page, bytes } = written(t, store, distinct)
        const files = readdirSync(folder)
        const links = new Set(hrefs(page))
        for (const link of links) t.ok(files.includes(link), link)
        t.ok(files.length <= 1000 + 500 + kinds.length + 2, `${files.length} files`)
        t.equal(Object.keys(found.outputs).length, distinct.length, "results.json has them all")
        t.ok(textOf(page).includes(`Files ${distinct.length} results by SHA-256`))
        const without = Object.values(found.outputs).filter(({ file }) => file === undefined).length
        t.equal(
          textOf(page).includes(`${without} of ${distinct.length} results have no file here`),
          without > 0,
        )
        return bytes < 900_000
      }),
      { numRuns: count(6, 300) },
    )
  },
)

t.test("of a thousand pictures a page shows some, links others, and says how many are left", async (t) => {
  const store = await opened()
  const { page, folder } = written(t, store, resultsOf(store, 1000, { kind: "svg", word: "", single: false }))
  t.equal([...page.matchAll(/<img /g)].length, 100)
  t.match(textOf(page), /400 more stand beside this page/)
  t.match(textOf(page), /500 of 1000 pictures are not shown, 500 of them in the store alone/)
  t.equal(readdirSync(folder).length, 500 + 2)
})

t.test("of many failures a page tells each message once, and how many tasks each was", (t) => {
  const failures = Array.from({ length: 5000 }, (_, i) => ({
    task: `train@cell=${i}`,
    error: { tag: "Error", message: `no good: ${i % 10 === 9 ? i : i % 10}`, stack: [], causes: [] },
  }))
  const tasks = failures.map(({ task }) => ({
    label: task,
    stage: "train",
    status: "failed" as const,
    seconds: undefined,
  }))
  const text = atOnce(page({ ...bare, tasks, failures }, {}, [], []))
  const articles = [...text.matchAll(/<article/g)].length
  const alike = [...text.matchAll(/with the same message: (\d+) more/g)].map(([, more]) => Number(more))
  const left = Number(/not shown here: (\d+) more/.exec(text)![1])
  t.ok(articles <= 25)
  t.equal(articles + alike.reduce((sum, more) => sum + more, 0) + left, 5000)
  t.ok(Buffer.byteLength(text) < 100_000, `${Buffer.byteLength(text)} bytes`)
  t.end()
})

t.test("of a few failures a page tells each way once: its message, and where it was", (t) => {
  const failures = Array.from({ length: 14 }, (_, i) => ({
    task: `ask@n=${i}`,
    error: { tag: "HttpRefused", message: "busy", stack: [i < 12 ? "ask.ts:1:1" : "ask.ts:2:1"], causes: [] },
  }))
  const text = atOnce(page({ ...bare, failures }, {}, [], []))
  t.equal([...text.matchAll(/<article/g)].length, 2)
  t.match(text, /with the same message: 11 more/)
  t.match(text, /with the same message: 1 more/)
  t.end()
})

t.test("a page of 100,000 tasks and cells is no larger than one of 5,000", async (t) => {
  const store = await opened()
  const bytesOf = (size: number): number => {
    const results = resultsOf(store, size, { kind: "metrics", word: "", single: false })
    return written(t, store, results, { ...bare, tasks: tasksOf(size, "w".repeat(140)) }).bytes
  }
  const [few, many] = [bytesOf(5_000), bytesOf(count(20_000, 100_000))]
  t.ok(many < few * 1.05, `${few} and ${many} bytes`)
})
