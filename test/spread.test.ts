// Each argument of a call lies on the stack: data that is spread into one overflows it at some hundred thousand items.
import t from "tap"
import ts from "typescript"
import { files, textOf } from "./support/sources.ts"

/**
 * Where what is spread is bounded, whatever the data: the file, then what is spread → why. Of code that stages
 * bundle an edit would move keys.
 */
const bounded: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "engine/ledger/repair/read-rows.ts": { values: "the parameters of one statement" },
  "engine/ledger/repair/write-rows.ts": { "names.map((column) => row[column]!)": "the columns of one table" },
  "engine/report/events.ts": { upkeepEvents: "the events that are declared" },
  "experiments/edge-filters.ts": { names: "the filters that the program knows" },
  "experiments/parts/params.ts": { names: "the datasets that the program knows" },
  "ml/charts/by-rate/accuracy-by-rate.ts": {
    "sorted.slice(1).map((rate, at) => rate - sorted[at]!)":
      "the rates of a grid: a chart names each on its axis",
  },
  "ml/charts/curve.ts": { "curves.map((curve) => curve.length)": "trainings of one cell: one for each fold" },
  "ml/charts/feature-maps.ts": { imageSize: "a pair" },
  "ml/layers/convolution/positions.ts": { "fill(window)": "the positions of one window of a pool" },
  "ml/statistics/one-standard-error.ts": { means: "candidates of a search, each of which is trained" },
  "ml/wasm/team/lead.ts": {
    "text.slice(0, Atomics.load(words, WORD.failed))": "a buffer of fixed size for one message",
  },
  "ml/wasm/update-parts.ts": {
    "cut(from, start, most)": "parts of an update: some sixty at the most",
    "cut(0, pieces, together).map((part) => ({ ...part, deferred: gradient }))":
      "parts of an update: some sixty at the most",
  },
  "stages/select.ts": { means: "candidates of a search, each of which is trained" },
}

/** Whether a name is a rest parameter of a function around: its items were arguments already. */
function isRestOf(node: ts.Node, name: string): boolean {
  if (node.parent === undefined) return false
  const isRest =
    ts.isFunctionLike(node) &&
    node.parameters.some(({ dotDotDotToken, name: own }) => dotDotDotToken && own.getText() === name)
  return isRest || isRestOf(node.parent, name)
}

/** An array that is written out has as many items as one sees. */
const isWritten = (node: ts.Expression): boolean =>
  ts.isArrayLiteralExpression(node) &&
  node.elements.every(
    (item) => !ts.isSpreadElement(item) || isWritten(item.expression) || isForwarded(item.expression),
  )

const isForwarded = (node: ts.Expression): boolean => ts.isIdentifier(node) && isRestOf(node, node.text)

/** What calls spread that may be of any length: as arguments, or as the list that `apply` takes. */
function spreadIn(text: string): ReadonlyArray<string> {
  const source = ts.createSourceFile("source.ts", text, ts.ScriptTarget.Latest, true)
  const found: Array<string> = []
  const take = (data: ts.Expression): void => {
    if (!isWritten(data) && !isForwarded(data)) found.push(data.getText().replace(/\s+/g, " "))
  }
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      for (const argument of node.arguments ?? []) if (ts.isSpreadElement(argument)) take(argument.expression)
      const list =
        /^[A-Z]\w*\.\w+\.apply$|\.push\.apply$/.test(node.expression.getText()) && node.arguments?.[1]
      if (list) take(list)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

t.test("the law finds what it forbids, and lets through what is bounded by its text", async (t) => {
  const forbidden = `Math.max(...all); xs.push(1, ...ys.map(f)); new Set(...many); String.fromCharCode.apply(null, bytes)
    const pass = (...args: Array<number>) => args.map((n) => f(...others))`
  t.same(spreadIn(forbidden), ["all", "ys.map(f)", "many", "bytes", "others"])
  const allowed = `const pass = (...args: Array<number>) => [1].map(() => f(0, ...args)); g(...[1, 2]); [...all]; ({ ...all }); this.update.apply(rates, all)
    function owner(...given: Array<number>) { return Reflect.apply(real, this, [0, ...given]) }`
  t.same(spreadIn(allowed), [])
})

t.test("no data is spread into the arguments of a call", async (t) => {
  // What a panel spreads are elements of a page: as many as one shows. What a case spreads are terms of one kernel's call.
  const own = files.filter((path) =>
    /^(engine|ml(?!\/explorer\/panels|\/native\/cases)|stages|experiments)\/|^pipeline\.ts$/.test(path),
  )
  t.ok(own.length > 200, "files are found")
  const found = own.flatMap((path) => spreadIn(textOf(path)).map((data) => ({ path, data })))
  const isAllowed = ({ path, data }: { path: string; data: string }) => bounded[path]?.[data] !== undefined
  t.same(
    found.filter((site) => !isAllowed(site)).map(({ path, data }) => `${path}: ...${data}`),
    [],
  )
  const stale = Object.entries(bounded).flatMap(([path, reasons]) =>
    Object.keys(reasons)
      .filter((data) => !found.some((site) => site.path === path && site.data === data))
      .map((data) => `${path}: ${data}`),
  )
  t.same(stale, [], "what is named as bounded is there")
})
