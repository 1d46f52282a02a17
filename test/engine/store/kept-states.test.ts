// Which states of a chain keep their bytes, as data.
import fc from "fast-check"
import t from "tap"
import { type KeptState, leftOver, RunningStates } from "../../../engine/store/kept-states.ts"
import { count } from "../../counts.ts"

const chains = fc
  .array(fc.record({ isRecord: fc.boolean(), chosen: fc.boolean() }), { minLength: 1, maxLength: 40 })
  .map((states) => states.map((each, i): KeptState => ({ ...each, n: i + 1 })))

const numbers = (states: Iterable<KeptState>) => [...states].map(({ n }) => n)

t.test(
  "while a chain runs, its first, its last, its latest record, each fifth and the chosen are there, and no other",
  async () => {
    fc.assert(
      fc.property(chains, fc.nat(40), (all, knownBefore) => {
        const known = all.slice(0, knownBefore)
        const there = new Set(numbers(known))
        const states = new RunningStates(known, () => true)
        for (const state of all.slice(knownBefore)) {
          const gone = states.add(state)
          there.add(state.n)
          for (const { n } of gone) there.delete(n)
          const record = all.slice(0, state.n).findLast(({ isRecord }) => isRecord)?.n
          const wanted = all.filter(
            ({ n, chosen }) =>
              n <= state.n && (n === state.n || n === 1 || n === record || chosen || n % 5 === 0),
          )
          if (JSON.stringify([...there].sort((a, b) => a - b)) !== JSON.stringify(numbers(wanted)))
            return false
        }
        return true
      }),
      { numRuns: count(200, 20_000) },
    )
  },
)

t.test("what is made again takes nothing's place, and goes with the next new link", async (t) => {
  const state = (n: number): KeptState => ({ n, isRecord: n === 3, chosen: false })
  const known = [1, 2, 3, 4, 5, 6, 7].map(state)
  const states = new RunningStates(known, ({ n }) => n === 3 || n === 5)
  t.same(numbers([...states.add(state(6)), ...states.add(state(7))]), [])
  t.same(numbers(states.passing), [3, 6, 7])
  t.same(numbers(states.add(state(8))), [6, 7])
  t.same(numbers(states.passing), [3, 8])
})

t.test("of a chain that has ended the first, the last of all, the chosen and each fifth stay", async () => {
  fc.assert(
    fc.property(chains, (all) => {
      const stay = all.filter(({ n, chosen }) => n === 1 || n === all.length || chosen || n % 5 === 0)
      const gone = new Set(leftOver(all))
      return JSON.stringify(all.filter((state) => !gone.has(state))) === JSON.stringify(stay)
    }),
  )
})

t.test("a state costs the same however many came before it", async (t) => {
  const costOf = (length: number): number => {
    let looked = 0
    const states = new RunningStates<KeptState>([], () => true)
    for (let n = 1; n <= length; n++)
      states.add({
        get n() {
          looked++
          return n
        },
        isRecord: n % 7 === 0,
        chosen: false,
      })
    return looked
  }
  t.ok(costOf(20_000) <= 10.1 * costOf(2_000))
})
