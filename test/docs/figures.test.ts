// The pages that are filled from runs: what they say is what lock files pin, and what is no longer true cannot be said.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import t from "tap"
import { keptIn, keptPath } from "../../docs/build/artifacts.ts"
import { written } from "../../docs/build/format.ts"
import { lockedExperiments } from "../../docs/build/locked.ts"
import { commandOf, declaredRuns, keptRuns, runPath } from "../../docs/build/other-runs.ts"
import { filledPages } from "../../docs/build/pages.ts"
import { cellOf, parseReference } from "../../docs/build/reference.ts"
import { fill } from "../../docs/build/template.ts"
import { canonical } from "../../engine/content/canonical.ts"
import { digestOf } from "../../engine/content/digest.ts"
import { root } from "../support/sources.ts"

const read = (path: string): Buffer => readFileSync(join(root, path))

t.test("pages say, to the byte, what their templates and the artifacts that locks name give", async (t) => {
  const { pages, tables, pictures, runs } = await filledPages(root, keptIn(root))
  t.ok(pages.has("docs/coursework.md"))
  for (const [path, text] of pages)
    t.ok(read(path).toString() === text, `${path} is what npm run docs:figures writes`)
  for (const [path, { result }] of pictures)
    t.equal(digestOf(read(`docs/${path}`)), result.digest, `docs/${path} is the artifact that the lock names`)
  const used = [
    ...tables.map(({ experiment, name }) => keptPath(experiment, name)),
    ...[...runs].map(runPath),
  ]
  const kept = readdirSync(join(root, "docs/figures"), { recursive: true, encoding: "utf8" })
    .map((path) => `docs/figures/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".json"))
  t.same(kept.sort(), used.sort(), "what is kept is what is used")
})

t.test("metrics that a page quotes from a lock are the canonical bytes of the artifact", async (t) => {
  let checked = 0
  for (const [experiment, { results }] of await lockedExperiments(root))
    for (const [name, { content, digest }] of results)
      if (content !== undefined) {
        checked++
        if (digestOf(canonical(content)) !== digest) t.fail(`${experiment} ${name}`)
      }
  t.ok(checked > 20, `${checked} were checked`)
})

t.test("a run with other params is kept under the command that is declared for it", async (t) => {
  for (const [name, { command }] of keptRuns(root)) t.equal(command, commandOf(declaredRuns[name]!), name)
  for (const name of Object.keys(declaredRuns)) t.ok(existsSync(join(root, runPath(name))), `${name} was run`)
})

const figures: Readonly<Record<string, unknown>> = { "one a": 1, "one b": 2, "= c": 2.5, "one name": "Shirt" }
const lookup = (term: string): unknown => {
  if (term in figures) return figures[term]
  throw new RangeError(`there is no ${term}`)
}

t.test("a sentence that is no longer true is not said, but named with its line and condition", async (t) => {
  t.equal(fill("x {{given one a < one b}}{{one a}} is less{{end}}.", lookup), "x 1 is less.")
  t.equal(fill('{{given = c >= 2.5 and one name = "Shirt"}}so{{end}}', lookup), "so")
  t.throws(() => fill("\n{{given one a > one b}}{{one a}} is more{{end}}", lookup), {
    message: 'line 2: this is no longer true: "1 is more": it is said given one a > one b',
  })
})

t.test("all that is wrong with a template is told at once, each with its line", async (t) => {
  t.throws(() => fill("{{one z}}\n{{one z}}\n{{one a as 0.x}}\n{{end}}\n{{given one a < one b}}", lookup), {
    message: [
      "line 1: there is no one z",
      'line 3: "0.x" is no format: 0, 0.00, 0,0, 0.0 %, 0.0 MB or word',
      "line 4: {{end}} closes nothing",
      "line 0: {{given one a < one b}} has no {{end}}",
    ].join("\n"),
  })
})

t.test("a reference leads to one cell, or says what there is instead", async (t) => {
  const rows = [
    { epoch: 1, "± s.e.": 0.3, class: "a" },
    { epoch: 2, "± s.e.": 0.1, class: "b" },
    { epoch: 3, "± s.e.": 0.2, class: "b" },
  ]
  const cell = (text: string): unknown => cellOf(rows, parseReference(text))
  t.equal(cell("one curve[least ± s.e.].epoch"), 2)
  t.equal(cell("one curve[class=b][most ± s.e.].epoch"), 3)
  t.equal(cell("one curve[-1].± s.e."), 0.2)
  t.equal(cell("one train@fold=1+rate=0.4.curve[epoch=1].class"), "a")
  t.throws(() => cell("one curve[class=b].epoch"), /2 rows are left, not one/)
  t.throws(() => cell("one curve[class=c].epoch"), /no row has "c" in the column "class", but a, b/)
  t.throws(() => cell("one curve[0].loss"), /there is no column "loss", but epoch/)
  t.throws(() => parseReference("one curve[0]"), /chooses a row, and no column/)
  t.throws(() => parseReference("one"), /points at nothing/)
})

t.test("a whole number is written with its thousands apart, and reads back as itself", async () => {
  fc.assert(
    fc.property(fc.integer(), (n) => {
      const text = written(n, undefined)
      return (
        Number(text.replaceAll(",", "")) === n &&
        text
          .split(",")
          .slice(1)
          .every((part) => part.length === 3)
      )
    }),
  )
})

t.test("a computed number is written only with as many digits as the template says", async (t) => {
  t.equal(written(0.001, undefined), "0.001")
  t.equal(written(1 / 3, "0.000"), "0.333")
  t.equal(written(0.93, "0 %"), "93 %")
  t.equal(written(3_613_600, "0.0 MB"), "3.6 MB")
  t.equal(written(3, "word"), "three")
  t.equal(written([0, 0.2], undefined), "0, 0.2")
  t.throws(() => written(1 / 3, undefined), /say how many digits/)
  t.throws(() => written("x", "0.0"), /"x" is no number to write as 0\.0/)
})
