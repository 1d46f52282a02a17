// Which tasks are computed again before results are adopted: by a seed, so that each value of each axis is among them. Pure.
import { digestOf } from "../content/digest.ts"

/** A task that may be drawn. */
export interface Candidate {
  readonly label: string
  /** Says where it stands on the axes: its label, of a task of a group without the items, of which there may be thousands. */
  readonly name?: string
  /** How many links its chain has, if it is one. */
  readonly links: number | undefined
}

export interface Drawn {
  readonly label: string
  /** The first, the last and one between, drawn; none of what is no chain. */
  readonly links: ReadonlyArray<number>
}

/**
 * At least `wanted` tasks of one stage, or all if there are fewer; more where the values of its axes need more: in each step
 * the one that has most of the values that none had, the first in an order that the seed decides.
 */
export function sampleOf(
  candidates: ReadonlyArray<Candidate>,
  wanted: number,
  seed: string,
): ReadonlyArray<Drawn> {
  const place = new Map(candidates.map(({ label }) => [label, digestOf(`${seed} ${label}`)]))
  const left = [...candidates].sort((a, b) => (place.get(a.label)! < place.get(b.label)! ? -1 : 1))
  const open = new Set(left.flatMap(axesOf))
  const drawn: Array<Candidate> = []
  while (left.length > 0 && (open.size > 0 || drawn.length < wanted)) {
    const next = left.splice(mostOf(left, open), 1)[0]!
    for (const value of axesOf(next)) open.delete(value)
    drawn.push(next)
  }
  return drawn.map(({ label, links }) => ({ label, links: linksOf(label, links, seed) }))
}

/** `fold=1`, `rate=0.5` of `train@fold=1+rate=0.5`. */
const axesOf = ({ label, name = label }: Candidate): ReadonlyArray<string> =>
  name.split("@")[1]?.split("+") ?? []

/** The first that has most of the open values. */
function mostOf(candidates: ReadonlyArray<Candidate>, open: ReadonlySet<string>): number {
  let most = 0
  let at = 0
  for (const [i, candidate] of candidates.entries()) {
    const count = axesOf(candidate).filter((value) => open.has(value)).length
    if (count > most) {
      most = count
      at = i
    }
  }
  return at
}

function linksOf(label: string, links: number | undefined, seed: string): ReadonlyArray<number> {
  if (links === undefined || links === 0) return []
  const draw = Number.parseInt(digestOf(`${seed} link ${label}`).slice(0, 8), 16)
  const between = links > 2 ? [2 + (draw % (links - 2))] : []
  return [...new Set([1, ...between, links])]
}
