import fc from "fast-check"
import t from "tap"
import { LongestFirst } from "../../../../engine/run/capacity/queue.ts"

const drain = <A>(queue: LongestFirst<A>): ReadonlyArray<A> => {
  const taken: Array<A> = []
  for (let next = queue.take(); next !== undefined; next = queue.take()) taken.push(next)
  return taken
}

t.test(
  "what waits is taken as a stable sort by expected seconds would have it, the unknown first",
  async (t) => {
    const seconds = fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined })
    fc.assert(
      fc.property(fc.array(seconds), (all) => {
        const queue = new LongestFirst<number>()
        for (const [i, each] of all.entries()) queue.add(i, each)
        const known = (i: number): number => all[i] ?? Number.POSITIVE_INFINITY
        const sorted = [...all.keys()].sort((a, b) => (known(a) === known(b) ? a - b : known(b) - known(a)))
        t.same(drain(queue), sorted)
      }),
    )
  },
)
