// The folder of a run: a file for each named result, whatever it is called, and the page and results.json beside them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import fc from "fast-check"
import t, { type Test } from "tap"
import { type Digest, digestOf } from "../../../engine/content/digest.ts"
import { encodeContent } from "../../../engine/content/kind.ts"
import { atOnce } from "../../../engine/content/steps.ts"
import { experiment, stage } from "../../../engine/declare/index.ts"
import { plan } from "../../../engine/plan/plan.ts"
import { readRunFolder } from "../../../engine/session/folder/results-file.ts"
import { isFolderOf, type NamedResult, writeRunFolder } from "../../../engine/session/folder/run-folder.ts"
import { fileStore } from "../../../engine/store/file-store.ts"
import { Store } from "../../../engine/store/store.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { count } from "../../counts.ts"
import { bareRun } from "../support/bare-run.ts"
import { thrown } from "../support/thrown.ts"

const facts = bareRun("names")

const opened = async (t: Test): Promise<Store["Type"]> =>
  Effect.runPromise(Effect.provide(Store, fileStore(temporaryFolder(t))))

const names = fc.oneof(
  fc.constantFrom(
    ..."a b|a_b|A_B|results|Results|index|INDEX|index.html|results.json|events|..|a/b|a\\b|CON|aux.txt|nul.|a.|a ".split(
      "|",
    ),
    ...[
      "é",
      "e\u0301",
      "日本",
      "中国",
      "__proto__",
      "x",
      "x.json",
      "n".repeat(300),
      `${"n".repeat(299)}m`,
      "\u0007",
    ],
  ),
  fc.string({ maxLength: 5 }),
)
const kinds = fc.constantFrom("value", "document", "text", "table", "bin", "image:png", "constructor")
const sets = fc.uniqueArray(fc.record({ name: names, kind: kinds }), {
  selector: ({ name }) => name,
  maxLength: 25,
})

const contentOf = (kind: string, text: string): unknown => {
  if (kind === "table") return [{ text }]
  return ["value", "document", "text"].includes(kind) ? text : new TextEncoder().encode(text)
}

t.test(
  "whatever results are called, each has a file of its own with the bytes of its digest, and none is one of ours",
  async (t) => {
    const store = await opened(t)
    const folders = temporaryFolder(t)
    let nth = 0
    fc.assert(
      fc.property(sets, (set) => {
        const results = set.map(({ name, kind }, i): NamedResult => {
          const bytes = encodeContent(kind, contentOf(kind, `bytes ${i}`))
          return { name, kind, task: "make", single: true, ...store.put(bytes) }
        })
        const folder = join(folders, String(nth++))
        atOnce(writeRunFolder(store, folder, facts, results))
        const written = atOnce(readRunFolder(folder))!
        t.equal(written.experiment, "names", "results.json is ours")
        t.match(readFileSync(join(folder, "index.html"), "utf8"), /^<!doctype html>/i)
        t.ok(isFolderOf(written, results))
        for (const { name, digest } of results) {
          const output = Object.getOwnPropertyDescriptor(written.outputs, name)!.value as {
            file: string
            digest: Digest
          }
          t.equal(output.digest, digest)
          t.equal(digestOf(readFileSync(join(folder, output.file))), digest, `${name} in ${output.file}`)
        }
        const files = readdirSync(folder)
        t.equal(files.length, results.length + 2, "nothing else, and nothing lost")
        return new Set(files.map((file) => file.toLowerCase())).size === files.length
      }),
      { numRuns: count(30, 2_000) },
    )
  },
)

t.test("a folder whose results lie in other files than today is not taken for theirs", async (t) => {
  const store = await opened(t)
  const folder = temporaryFolder(t)
  const of = (name: string): NamedResult => {
    return { name, kind: "value", task: "make", single: true, ...store.put(encodeContent("value", 1)) }
  }
  const written = atOnce(writeRunFolder(store, folder, facts, [of("a_b")]))
  t.ok(isFolderOf(written, [of("a_b")]))
  t.notOk(isFolderOf(written, [of("a b")]))
  t.notOk(isFolderOf(written, [of("a_b"), of("A_B")]), "each has a file of its own now")
})

t.test("metrics whose names would meet keep the names of their results", async (t) => {
  const store = await opened(t)
  const of = (name: string, mean: number): NamedResult => {
    return {
      name,
      kind: "metrics",
      task: "make",
      single: true,
      ...store.put(encodeContent("metrics", { mean })),
    }
  }
  const written = (results: ReadonlyArray<NamedResult>) =>
    atOnce(writeRunFolder(store, temporaryFolder(t), facts, results)).metrics
  t.same(written([of("test.metrics", 1)]), { "test.mean": 1 })
  t.same(written([of("test.metrics", 1), of("test", 2)]), { "test.metrics.mean": 1, "test.mean": 2 })
})

t.test("two results of one name are refused when planned, unless they are the same output", async (t) => {
  const make = stage("make", {
    params: Schema.Struct({ id: Schema.Number }),
    inputs: {},
    outputs: { value: "value" },
    run: () => ({ value: 1 }),
  })
  const named = (wired: () => unknown) =>
    plan(experiment("named", {}, wired), {}).results.map(({ name }) => name)
  const both = (): unknown => ({ a: { b: make({ id: 1 }).value }, "a.b": make({ id: 2 }).value })
  t.match(
    thrown(() => named(both)),
    {
      _tag: "DeclarationError",
      message: /"named" returns two results called "a\.b": give one of them another name/,
    },
  )
  t.same(
    named(() => {
      const { value } = make({ id: 1 })
      return { a: { b: value }, "a.b": value, c: [value, value] }
    }),
    ["a.b", "make.value"],
  )
  t.match(
    thrown(() =>
      named(() => {
        const round: Record<string, unknown> = { value: make({ id: 1 }).value }
        round.again = round
        return round
      }),
    ),
    { _tag: "DeclarationError", message: /contain themselves/ },
  )
})

t.test(
  "what of results.json is not what was written makes it none, and never a path out of its folder",
  (t) => {
    const folder = temporaryFolder(t)
    const output = { task: "make", kind: "value", digest: digestOf("x"), size: 1, file: "x.json" }
    const whole = { metrics: { a: 1 }, values: {}, summaries: [], outputs: { x: output }, counted: [] }
    const read = (change: object) => {
      writeFileSync(join(folder, "results.json"), JSON.stringify({ ...whole, ...change }))
      return atOnce(readRunFolder(folder))
    }
    t.ok(read({}))
    for (const change of [
      { metrics: { a: null } },
      { summaries: [null] },
      { summaries: [{ name: "s", rows: [null] }] },
      { counted: [null] },
      { inexact: { tasks: 5 } },
      { outputs: { x: { ...output, file: "../../../outside" } } },
    ])
      t.equal(read(change), undefined, JSON.stringify(change))
    t.end()
  },
)

t.test("what a page says of how its results came about, results.json says too", async (t) => {
  const store = await opened(t)
  const folder = temporaryFolder(t)
  const said = { inexact: { numerics: "tfjs", tasks: ["make"] }, adopted: ["make"], remade: 3 }
  atOnce(writeRunFolder(store, folder, { ...facts, ...said }, []))
  t.match(atOnce(readRunFolder(folder)), said, "so that a page that was deleted can be made again")
  atOnce(writeRunFolder(store, folder, facts, []))
  for (const name of Object.keys(said)) t.notOk(name in atOnce(readRunFolder(folder))!, name)
})
