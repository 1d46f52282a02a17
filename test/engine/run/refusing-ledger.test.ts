// A ledger that refuses to be written while a run goes on: what is done is kept as soon as it can be.
import * as Context from "effect/Context"
import t, { type Test } from "tap"
import { experiment } from "../../../engine/declare/index.ts"
import { History } from "../../../engine/ledger/history.ts"
import { LedgerError } from "../../../engine/ledger/records.ts"
import { Results } from "../../../engine/ledger/results.ts"
import { Transactions } from "../../../engine/ledger/transactions.ts"
import { controlledStage } from "../../../engine/testing/controlled-stage.ts"
import { type MemoryPlace, memoryPlace } from "../../../engine/testing/memory-place.ts"

const refusal = new LedgerError("the ledger is held by another process for longer than it should be")

/** Refuses the next calls, as many as it is told to. */
class Refusing {
  next = 0
  /** @param afterwards done by then: its transaction is undone, what else it did is not */
  guard<A extends ReadonlyArray<unknown>, R>(
    act: (...given: A) => R,
    afterwards = false,
  ): (...given: A) => R {
    return (...given) => {
      const refuses = this.next-- > 0
      if (refuses && !afterwards) throw refusal
      const done = act(...given)
      if (refuses) throw refusal
      return done
    }
  }
}

function placeWith(t: Test, refuse: (services: Services) => Partial<Services>): MemoryPlace {
  return memoryPlace(t, {
    change: (services) => {
      const found = {
        history: Context.get(services, History),
        results: Context.get(services, Results),
        transactions: Context.get(services, Transactions),
      }
      const { history, results, transactions } = { ...found, ...refuse(found) }
      return services.pipe(
        Context.add(History, history),
        Context.add(Results, results),
        Context.add(Transactions, transactions),
      )
    },
  })
}
interface Services {
  readonly history: History["Type"]
  readonly results: Results["Type"]
  readonly transactions: Transactions["Type"]
}

const two = (controlled: ReturnType<typeof controlledStage>) =>
  experiment("two", {}, () => ["a", "b"].map((id) => controlled.stage({ id }, { given: {} }, { id }).value))
const statuses = ({ summary }: Awaited<ReturnType<MemoryPlace["run"]>>) =>
  [...summary.tasks.values()].map(({ status }) => status)

t.test("a task whose attempt cannot be noted is done all the same, and its result is kept", async (t) => {
  const refusing = new Refusing()
  const controlled = controlledStage("noted")
  const place = placeWith(t, ({ history }) => ({
    history: { ...history, attempt: refusing.guard(history.attempt) },
  }))
  refusing.next = 2
  const running = place.run(two(controlled))
  for (let i = 0; i < 2; i++) (await controlled.next()).succeed(i)
  t.same(statuses(await running), ["ran", "ran"])
  t.same(statuses(await place.run(two(controlled))), ["cached", "cached"])
})

t.test("a result that the ledger refuses once is committed at the next try", async (t) => {
  const refusing = new Refusing()
  const controlled = controlledStage("refused")
  const place = placeWith(t, ({ results }) => ({
    results: { ...results, commit: refusing.guard(results.commit) },
  }))
  refusing.next = 2
  const running = place.run(two(controlled))
  for (let i = 0; i < 2; i++) (await controlled.next()).succeed(i)
  t.same(statuses(await running), ["ran", "ran"])
})

for (const afterwards of [false, true])
  t.test(
    `while the ledger takes no claims${afterwards ? ", and loses one" : ""}, what runs is done and kept, and the next run goes on`,
    async (t) => {
      const refusing = new Refusing()
      const controlled = controlledStage("claimed")
      const place = placeWith(t, ({ transactions }) => ({
        transactions: {
          ...transactions,
          write: refusing.guard(transactions.write, afterwards) as typeof transactions.write,
        },
      }))
      const three = experiment("three", {}, () =>
        ["a", "b", "c"].map((id) => controlled.stage({ id }, { given: {} }, { id }).value),
      )
      const running = place.run(three, { jobs: 2 })
      const [first, second] = [await controlled.next(), await controlled.next()]
      refusing.next = 1
      first.succeed(1)
      second.succeed(2)
      if (afterwards) await t.rejects(running, { message: refusal.message })
      else {
        const third = await controlled.next()
        third.succeed(3)
        t.same(statuses(await running), ["ran", "ran", "ran"])
      }
      const again = place.run(three)
      if (afterwards) (await controlled.next()).succeed(3)
      t.same(statuses(await again), ["cached", "cached", afterwards ? "ran" : "cached"])
    },
  )
