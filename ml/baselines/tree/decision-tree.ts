// A decision tree by CART: classes by Gini's impurity, numbers by squared error. Knows nothing of pruning.
import { type Baseline, BaselineError, countOf, outputsOf, type Rows } from "../parts/problem.ts"
import { bestSplit } from "./best-split.ts"
import { MOST_ROWS, type Sorter, sorterOf, type Table } from "./sorted-rows.ts"
import { giniTally, type Tally, varianceTally } from "./tallies.ts"

export interface DecisionTree {
  readonly type: "decision-tree"
  /** Questions from the root to a leaf, at most; null for any number. */
  readonly maximumDepth: number | null
  /** Examples that a leaf has at least. */
  readonly minimumLeaf: number
}

/** A node: a question, or a leaf, whose feature is −1. */
interface Node {
  readonly feature: number
  readonly threshold: number
  readonly rows: Uint32Array
  left: number
  right: number
}

/**
 * L. Breiman, J. H. Friedman, R. A. Olshen & C. J. Stone 1984, "Classification and regression trees". The tree is that of scikit-learn's
 * DecisionTreeClassifier (or Regressor) wherever the best parting is one: it asks features in random order and takes the first of equals,
 * here the lowest feature and then the lowest threshold is taken. Nodes are numbered as a walk meets them, left before right. Features
 * are compared as float32.
 */
export const decisionTree: Baseline<DecisionTree> = {
  tells: ["classes", "numbers"],
  fit: (problem, settings) => {
    const { rows, targets, classes } = problem
    const count = countOf(rows)
    if (count > MOST_ROWS)
      throw new BaselineError(
        `a decision tree is fitted on at most ${MOST_ROWS} examples, not ${count}: take a subset`,
      )
    const outputs = outputsOf(problem)
    const tally = classes === null ? varianceTally(targets, outputs) : giniTally(targets, classes)
    const nodes = grow(tableOf(rows), count, tally, settings)
    const values = new Float64Array(nodes.length * outputs)
    for (const [at, { rows }] of nodes.entries()) values.set(tally.values(rows), at * outputs)
    const column = <A>(of: (node: Node) => number, make: (from: ReadonlyArray<number>) => A) => ({
      shape: [nodes.length],
      data: make(nodes.map(of)),
    })
    return {
      feature: column(
        ({ feature }) => feature,
        (all) => Int32Array.from(all),
      ),
      threshold: column(
        ({ threshold }) => threshold,
        (all) => Float64Array.from(all),
      ),
      left: column(
        ({ left }) => left,
        (all) => Int32Array.from(all),
      ),
      right: column(
        ({ right }) => right,
        (all) => Int32Array.from(all),
      ),
      examples: column(
        ({ rows }) => rows.length,
        (all) => Uint32Array.from(all),
      ),
      values: { shape: [nodes.length, outputs], data: values },
    }
  },
  predict: ({ feature, threshold, left, right, values }, rows) => {
    const { data, features } = tableOf(rows)
    const outputs = values!.shape[1]!
    const said = new Float64Array(countOf(rows) * outputs)
    for (let row = 0; row < said.length / outputs; row += 1) {
      let node = 0
      while (feature!.data[node]! >= 0)
        node = (data[row * features + feature!.data[node]!]! <= threshold!.data[node]! ? left : right)!.data[
          node
        ]!
      for (let output = 0; output < outputs; output += 1)
        said[row * outputs + output] = values!.data[node * outputs + output]!
    }
    return said
  },
}

const tableOf = ({ data, features }: Rows): Table => ({
  data: data instanceof Float64Array ? Float32Array.from(data) : data,
  features,
})

/** Where a node is to hang: of which node, on which side. */
interface Waiting {
  readonly rows: Uint32Array
  readonly depth: number
  readonly of?: { readonly node: Node; readonly side: "left" | "right" }
}

function grow(table: Table, count: number, tally: Tally, settings: DecisionTree): ReadonlyArray<Node> {
  const sorter = sorterOf(table, count)
  const room = new Uint32Array(count)
  const nodes: Array<Node> = []
  const waiting: Array<Waiting> = [{ rows: Uint32Array.from({ length: count }, (_, at) => at), depth: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { rows, depth, of } = next
    const split = splitOf(table, rows, depth, sorter, tally, settings, room)
    const node: Node = { feature: -1, threshold: 0, ...split, rows, left: -1, right: -1 }
    if (of !== undefined) of.node[of.side] = nodes.length
    nodes.push(node)
    if (split === undefined) continue
    const isLeft = (row: number): boolean =>
      table.data[row * table.features + split.feature]! <= split.threshold
    waiting.push(
      { rows: rows.filter((row) => !isLeft(row)), depth: depth + 1, of: { node, side: "right" } },
      { rows: rows.filter(isLeft), depth: depth + 1, of: { node, side: "left" } },
    )
  }
  return nodes
}

/** The question of a node; undefined for a leaf. */
function splitOf(
  table: Table,
  rows: Uint32Array,
  depth: number,
  sorter: Sorter,
  tally: Tally,
  { maximumDepth, minimumLeaf }: DecisionTree,
  room: Uint32Array,
) {
  if (depth >= (maximumDepth ?? Number.POSITIVE_INFINITY)) return undefined
  if (rows.length < 2 * minimumLeaf || rows.length < 2 || tally.isPure(rows)) return undefined
  return bestSplit(table, rows, sorter, tally, minimumLeaf, room.subarray(0, rows.length))
}
