// Which stages' code keeps something between two tasks, so that each needs instances of its own.
import t from "tap"
import { codeProject } from "../support/code-project.ts"

const stageOf = (before: string, run: string): string => `import { stage } from "refold"
  import { other } from "../lib/other.ts"
  ${before}
  export const train = stage("train", { run: (given) => { ${run} } })`

const keeping: Readonly<Record<string, readonly [before: string, run: string]>> = {
  "a counter": ["let calls = 0", "return ++calls"],
  "an assignment": ["let last", "last = given; return last"],
  "a pattern": ["let a = 1, b = 2", ";[a, b] = [b, a]; return a"],
  "the head of a loop": ["let key", "for (key of given) if (key) break; return key"],
  "a table": ["const seen = {}", "seen[given.x] = 1; return Object.keys(seen)"],
  "a list": ["const rows: Array<number> = []", "rows.push(1); return rows.length"],
  "a map": ["const memo = new Map(Object.entries({ a: 1 }))", "memo.set('b', 1); return memo.size"],
  "a map that a helper fills": [
    "const memo = new Map(); const fill = (m) => m.set(1, 1)",
    "fill(memo); return memo.size",
  ],
  "by another name": [
    "const state = { rows: [] as Array<number> }",
    "const { rows } = state, all = state.rows; all.push(1); return rows",
  ],
  "another module's": ["", "other.list.push(1); return other.list"],
  "a deleted entry": ["const left = { a: 1, b: 2 }", "delete left.a; return Object.keys(left)"],
  "a pattern that goes on": ["const word = /a/g", "return word.test('aab')"],
  "an iterator": ["const ids = [1, 2, 3].values()", "return ids.next().value"],
  "a closure": [
    "const counter = () => { let n = 0; return () => ++n }; const next = counter()",
    "return next()",
  ],
  "a closure of its own": ["const next = (() => { let n = 0; return () => ++n })()", "return next()"],
  "an instance": [
    "class Counter { n = 0; next() { return ++this.n } } const counter = new Counter()",
    "return counter.next()",
  ],
  "a class": ["class Ids { static #n = 0; static next() { return ++this.#n } }", "return Ids.next()"],
  "an object's own": ["const counter = { n: 0, next() { return ++this.n } }", "return counter.next()"],
  "an element of a loop": ["const cells = [{ n: 0 }]", "for (const cell of cells) cell.n++; return cells"],
  "an element of a pattern": ["const list = [{ n: 0 }]", "const [first] = list; first!.n++; return first"],
  "what a map holds": ["const cells = new Map([[1, { n: 0 }]])", "cells.get(1)!.n++; return cells.get(1)"],
  "an argument": ["const cell = { n: 0 }; const bump = (x) => { x.n++ }", "bump(cell); return cell.n"],
  "what a callback is given": [
    "const list = [{ n: 0 }]",
    "list.forEach((each) => { each.n++ }); return list",
  ],
  "what a call gave": [
    "class Counter { n = 0; static create() { return new Counter() } next() { return ++this.n } } const counter = Counter.create()",
    "return counter.next()",
  ],
  "a once": ["let loaded; const load = () => (loaded ??= JSON.parse('{}'))", "return load()"],
}

t.test("code that leaves something behind in its modules is known by it", async (t) => {
  for (const [name, [before, run]] of Object.entries(keeping)) {
    const { code } = codeProject(t, {
      "stages/train.ts": stageOf(before, run),
      "lib/other.ts": "export const other = { list: [0] }",
    })
    t.equal((await code()).isStateful, true, name)
  }
})

const clean: Readonly<Record<string, readonly [before: string, run: string]>> = {
  "variables of its own": [
    "",
    "let n = 0; const rows = []; for (const x of [1, 2]) { n += x; rows.push(n) } return rows",
  ],
  "what is made as it is loaded": [
    "const table = {}; for (const x of [1, 2]) table[x] = x",
    "return table[1]",
  ],
  "a plain pattern": ["const word = /^a/", "return word.test('ab')"],
  "an instance in each run": [
    "class Sum { n = 0; add(x) { this.n += x } }",
    "const sum = new Sum(); sum.add(1); return sum.n",
  ],
  "a closure in each run": [
    "const counter = () => { let n = 0; return () => ++n }",
    "const next = counter(); return next()",
  ],
  "a namesake": ["let calls = 3", "let own = 0; { let calls = 1; calls++; own = calls } return own + calls"],
  "a sibling's": ["let calls = 0; export const more = stage('more', { run: () => ++calls })", "return 1"],
  "tables that are only read": [
    "const names = ['a', 'b'], sizes = { a: 1, b: 2 }; const fill = (out, n) => { out[0] = n; return out }",
    "return fill(new Float64Array(1), sizes[names[0]!])",
  ],
  "a copy": ["const rows = [2, 1]", "const own = [...rows]; own.sort(); return own"],
}

t.test("code that keeps nothing shares its instance", async (t) => {
  for (const [name, [before, run]] of Object.entries(clean)) {
    const { code } = codeProject(t, {
      "stages/train.ts": stageOf(before, run),
      "lib/other.ts": "export const other = { list: [0] }",
    })
    t.equal((await code()).isStateful, false, name)
  }
})
