// Two trees side by side, question by question, for as long as they ask the same; where not, whether both questions are as good.
import type { TheirTree } from "./scikit-learn.ts"

export interface ComparedTrees {
  /** Nodes, leaves among them, that are the same in both. */
  readonly same: number
  /** Questions that differ and part the examples as well as each other. */
  readonly ties: number
  /** Where one is better, in words. */
  readonly differing: ReadonlyArray<string>
}

/** @param gain how good a parting of rows is; equal to `tolerance` is a tie */
export function compareTrees(
  ours: TheirTree,
  theirs: TheirTree,
  rows: ReadonlyArray<number>,
  value: (row: number, feature: number) => number,
  score: (left: ReadonlyArray<number>, right: ReadonlyArray<number>) => number,
  tolerance: number,
): ComparedTrees {
  let [same, ties] = [0, 0]
  const differing: Array<string> = []
  const waiting = [{ our: 0, their: 0, rows }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { our, their, rows } = next
    const [own, other] = [ours, theirs].map((tree, side) => {
      const node = side === 0 ? our : their
      const isLeaf = tree.left[node]! < 0
      return isLeaf ? undefined : { feature: tree.feature[node]!, threshold: tree.threshold[node]! }
    })
    if (own?.feature === other?.feature && own?.threshold === other?.threshold) {
      same += 1
      if (own === undefined) continue
      const isLeft = (row: number) => value(row, own.feature) <= own.threshold
      waiting.push(
        { our: ours.left[our]!, their: theirs.left[their]!, rows: rows.filter(isLeft) },
        { our: ours.right[our]!, their: theirs.right[their]!, rows: rows.filter((row) => !isLeft(row)) },
      )
      continue
    }
    const scores = [own, other].map((question) =>
      question === undefined
        ? Number.NaN
        : score(
            rows.filter((row) => value(row, question.feature) <= question.threshold),
            rows.filter((row) => value(row, question.feature) > question.threshold),
          ),
    )
    if (Math.abs(scores[0]! - scores[1]!) <= tolerance * Math.abs(scores[0]!)) ties += 1
    else differing.push(`node ${our} of ${rows.length}: ${JSON.stringify([own, other, ...scores])}`)
  }
  return { same, ties, differing }
}
