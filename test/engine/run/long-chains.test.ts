// What a link of a long chain costs the store and the ledger: as much as one of a short chain.
import * as Context from "effect/Context"
import t, { type Test } from "tap"
import { Links } from "../../../engine/ledger/links.ts"
import { Store } from "../../../engine/store/store.ts"
import { chainPlace } from "../support/memory-chain.ts"

/** Calls of the store and of the ledger's links: of a chain that is done, gone on with, and ended otherwise. */
async function callsFor(t: Test, length: number): Promise<ReadonlyArray<number>> {
  let calls = 0
  const counted = <S extends object>(service: S): S =>
    Object.fromEntries(
      Object.entries(service).map(([name, part]) => [
        name,
        (...given: ReadonlyArray<unknown>) => {
          calls++
          return part(...given)
        },
      ]),
    ) as S
  const chain = chainPlace(t, {
    change: (services) =>
      services.pipe(
        Context.add(Store, counted(Context.get(services, Store))),
        Context.add(Links, counted(Context.get(services, Links))),
      ),
  })
  const found: Array<number> = []
  for (const wanted of [{ length }, { length: length + 3 }, { length, asks: [length / 2 + 4] }]) {
    calls = 0
    await chain.grow(wanted)
    found.push(calls)
  }
  return found
}

t.test("twice the links are twice the calls of store and ledger, however a chain goes on", async (t) => {
  const [short, long] = [await callsFor(t, 60), await callsFor(t, 120)]
  for (const [i, calls] of long.entries())
    t.ok(calls <= 2.1 * short[i]!, `${short[i]} calls for 60 links, ${calls} for 120`)
})
