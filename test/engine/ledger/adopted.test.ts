// Marks of what was adopted, as the ledger keeps them: given, renewed, taken away by what its own code computes.
import * as Context from "effect/Context"
import t from "tap"
import { digestOf, type Key } from "../../../engine/content/digest.ts"
import { sqliteLedger } from "../../../engine/ledger/ledger.ts"
import { Links } from "../../../engine/ledger/links.ts"
import type { Adopted, LinkRecord, NewResult } from "../../../engine/ledger/records.ts"
import { type Build, RefusedPairs } from "../../../engine/ledger/refused-pairs.ts"
import { lastingTables } from "../../../engine/ledger/repair/schema.ts"
import { isSound } from "../../../engine/ledger/repair/sound-row.ts"
import { Results } from "../../../engine/ledger/results.ts"
import { open } from "../../../engine/testing/layers.ts"
import type { Teardown } from "../../../engine/testing/temporary-folder.ts"
import { drivers } from "../support/drivers.ts"

const key = digestOf("key") as string as Key
const mark: Adopted = {
  from: digestOf("earlier code"),
  links: { compared: 3, of: 40 },
  ends: { compared: 1, of: 4 },
}
const resultOf = (content: string, adopted?: Adopted): NewResult => ({
  ...{ key, stage: "train", fingerprint: "[]", sources: {}, seconds: 1, states: null },
  outputs: {
    weights: { kind: "weights", digest: digestOf(content), size: content.length },
    curve: { kind: "table", digest: digestOf("curve"), size: 5 },
  },
  ...(adopted === undefined ? {} : { adopted }),
})
const linkOf = (state: string, adopted?: Adopted): LinkRecord => ({
  ...{
    key,
    stage: "train",
    n: 1,
    state: digestOf(state),
    size: 9,
    isRecord: true,
    chosen: false,
    metrics: { loss: 1 },
  },
  seconds: 2,
  ...(adopted === undefined ? {} : { adopted }),
})

for (const driver of drivers) {
  const ledger = (t: Teardown) => {
    const services = open(t, sqliteLedger(":memory:", undefined, driver))
    return {
      results: Context.get(services, Results),
      links: Context.get(services, Links),
      refused: Context.get(services, RefusedPairs),
    }
  }

  t.test(`${driver.name}: a result keeps its mark until its own code gives the same`, async (t) => {
    const { results } = ledger(t)
    results.commit("adopt", resultOf("one", mark), {}, [])
    t.same(results.result(key)!.adopted, mark)
    t.same([...results.adopted()], [[key, mark]])
    const again = { ...mark, ends: { compared: 2, of: 4 } }
    results.commit("adopt", resultOf("one", again), {}, [])
    t.same(results.result(key)!.adopted, again, "the mark of the last sample counts")
    t.same(results.commit("run", resultOf("one"), {}, []), [])
    t.equal(results.result(key)!.adopted, null)
    t.equal(results.adopted().size, 0)
  })

  t.test(`${driver.name}: an adopted result that its own code does not give gives way`, async (t) => {
    const { results } = ledger(t)
    results.commit("adopt", resultOf("one", mark), {}, [])
    t.same(results.commit("run", resultOf("two"), {}, []), ["weights"])
    const { outputs, adopted } = results.result(key)!
    t.equal(outputs.weights!.digest, digestOf("two"))
    t.equal(adopted, null)
    t.same(results.commit("run", resultOf("one"), {}, []), ["weights"])
    t.equal(results.outputs(key)!.weights!.digest, digestOf("two"), "one that was computed stays")
  })

  t.test(`${driver.name}: a link is adopted once, and its own code's takes its place`, async (t) => {
    const { links } = ledger(t)
    links.adopt(linkOf("one", mark), "adopt")
    t.same(links.link(key), linkOf("one", mark))
    t.equal(links.commit(linkOf("one"), "run"), true)
    t.same(links.link(key), linkOf("one"))
    links.adopt(linkOf("two", mark), "adopt")
    t.same(links.link(key), linkOf("one"), "what was done is not replaced by what was adopted")
    links.forget(key)
    links.adopt(linkOf("two", mark), "adopt")
    t.equal(links.commit(linkOf("one"), "run"), false, "it differs")
    t.same(links.link(key), linkOf("one"))
  })

  t.test(`${driver.name}: a refused pair is refused both ways, and no other pair is`, async (t) => {
    const { refused } = ledger(t)
    const build = (code: string, beside: string): Build => ({ code: digestOf(code), beside })
    const at = { task: "train", output: "weights", locked: digestOf("w") }
    const other = { ...at, task: "other" }
    refused.add("train", build("a", "x"), build("b", "x"), at)
    refused.add("train", build("a", "x"), build("b", "x"), other)
    refused.add("train", build("b", "x"), build("a", "x"), other)
    const pair = { stage: "train", earlier: digestOf("a"), today: digestOf("b") }
    const turned = { stage: "train", earlier: digestOf("b"), today: digestOf("a") }
    const both = [
      { ...turned, ...other },
      { ...pair, ...at },
    ]
    t.same(refused.find("train", build("a", "x"), build("b", "x")), both, "the last of each output")
    t.same(refused.find("train", build("b", "x"), build("a", "x")), both)
    t.same(refused.find("train", build("a", "x"), build("b", "y")), [], "with other packages")
    t.same(refused.find("fold", build("a", "x"), build("b", "x")), [])
    t.same(refused.between("train", digestOf("b"), digestOf("a")), both)
    t.same(refused.between("train", digestOf("a"), digestOf("c")), [])
  })
}

t.test("a damaged mark, or a damaged refusal, is no sound row", async (t) => {
  const table = (name: string) => lastingTables().find((each) => each.name === name)!
  const link = {
    key,
    stage: "s",
    n: 1,
    state: key,
    size: 1,
    is_record: 0,
    metrics: "{}",
    seconds: 1,
    run: "",
  }
  t.equal(isSound(table("links"), { ...link, adopted: null }), true)
  t.equal(isSound(table("links"), { ...link, adopted: JSON.stringify(mark) }), true)
  t.equal(isSound(table("links"), { ...link, adopted: "{torn" }), false)
  const refusal = {
    pair: key,
    stage: "s",
    earlier: key,
    today: key,
    task: "t",
    output: "o",
    locked: key,
    refused_at: "now",
  }
  t.equal(isSound(table("refusals"), refusal), true)
  t.equal(isSound(table("refusals"), { ...refusal, today: "no digest" }), false)
})
