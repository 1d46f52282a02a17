import fc from "fast-check"
import t from "tap"
import type { Event } from "../../../engine/report/events.ts"
import { escaped } from "../../../engine/report/page/html.ts"
import { linesOf } from "../../../engine/report/readers/plain.ts"
import { textTable } from "../../../engine/report/readers/table.ts"
import { terminal } from "../../../engine/report/readers/terminal.ts"
import { fitted, padEnd, shownWidth, visible, visibleInLine } from "../../../engine/report/visible.ts"

/** Whatever a terminal, or a reader's eye, would obey. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const obeyed = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u

const dangerous = fc.constantFrom(
  "\x1b[31m",
  "\x1b]0;title\x07",
  "\x9b2J",
  "\u009d0;title\u009c",
  "\x1bPq\x1b\\",
  "\r",
  "\b",
  "\x7f",
  "\ud800",
  "\u202egpj.exe",
  "\u2066",
  "\n",
  "\t",
  "日本",
  "e\u0301",
  "👩‍🔬",
)
/** Text as an attacker, a progress bar or a file of another encoding makes it. */
const foreign = fc
  .array(fc.oneof(dangerous, fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" })))
  .map((parts) => parts.join(""))

t.test("nothing that a terminal obeys is left of text that was made visible", async (t) => {
  fc.assert(
    fc.property(foreign, (text) => {
      const shown = visible(text)
      return !obeyed.test(shown) && visible(shown) === shown && !/[\n\t]/.test(visibleInLine(text))
    }),
  )
  t.equal(visible("a\x1b[2Jb\x9b\u202e\ud800c\r\n\td"), "a\\x1b[2Jb\\u009b\\u202e\\ud800c\n\td")
})

t.test("JSON that was made visible says the same", async () => {
  fc.assert(
    fc.property(foreign, foreign, (name, text) => {
      const line = visible(JSON.stringify({ [name]: text }))
      const [[key, value]] = Object.entries(JSON.parse(line) as Record<string, string>) as [[string, string]]
      return key === name && value === text && !obeyed.test(line) && !line.includes("\n")
    }),
  )
})

t.test("a page holds no control character", async () => {
  fc.assert(fc.property(foreign, (text) => !obeyed.test(escaped(text))))
})

t.test("columns of a table stand below each other as they are shown", async (t) => {
  fc.assert(
    fc.property(fc.array(foreign, { minLength: 1, maxLength: 5 }), foreign, (cells, name) => {
      const lines = textTable(cells.map((text) => ({ [name]: text, end: "|" }))).split("\n")
      const ends = lines.slice(2).map((line) => shownWidth(line.replace(/\|$/, "")))
      return lines.length === cells.length + 2 && new Set(ends).size === 1 && !obeyed.test(lines.join(""))
    }),
  )
  t.equal(shownWidth("日本 a"), 6)
  t.equal(padEnd("日本", 6), "日本  ")
  t.equal(fitted("日本語", 5), "日本")
})

/** Events with foreign text in every place that has room for it. */
const events = (text: string): ReadonlyArray<Event> =>
  [
    {
      event: "run-started",
      experiment: text,
      run: text,
      jobs: 1,
      backend: { name: text, exact: false, why: text },
      plan: [{ task: text, stage: text, expected: null }],
    },
    {
      event: "task-started",
      task: text,
      stage: text,
      key: text,
      why: [{ reason: "param", path: text, before: text, after: { [text]: text } }],
    },
    {
      event: "progress",
      task: text,
      unit: text,
      done: 1,
      total: 2,
      metrics: { [text]: 1 },
      seconds: 1,
    },
    {
      event: "attempt-failed",
      task: text,
      error: { tag: text, message: text, stack: [text], causes: [] },
      again: true,
    },
    {
      event: "task-finished",
      task: text,
      stage: text,
      status: "failed",
      key: null,
      outputs: {},
      seconds: 1,
      error: { tag: text, message: text, stack: [text], causes: [] },
    },
    {
      event: "results",
      experiment: text,
      run: text,
      folder: text,
      metrics: { [text]: 1 },
      values: { [text]: text, inner: { [text]: text } },
      summaries: [{ name: text, rows: [{ [text]: text }] }],
      pictures: [text],
    },
    { event: "planned", task: text, stage: text, status: "undecided", key: null, why: [], waitsFor: [text] },
    { event: "difference", difference: { what: "failed", task: text, message: text } },
  ] as ReadonlyArray<Event>

t.test("whatever an event says, its lines and the display's stand as they are counted", async () => {
  fc.assert(
    fc.property(foreign, (text) => {
      let clock = 0
      let lines = 0
      let isRight = true
      const screen = {
        columns: () => 40,
        draw: (over: number, drawn: string) => {
          isRight &&= over <= lines && !obeyed.test(visible(drawn))
          lines = drawn.split("\n").length
        },
      }
      const { hear: tell, end } = terminal(screen, () => clock++)
      for (const event of events(text)) {
        tell(event)
        isRight &&= !obeyed.test(visible(linesOf(event).join("\n")))
      }
      end()
      return isRight
    }),
    { numRuns: 30 },
  )
})
