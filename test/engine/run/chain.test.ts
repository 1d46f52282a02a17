// in turn, in CI: it starts many command lines.
import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { openSqlite } from "../../../engine/ledger/sqlite/sqlite.ts"
import { linesOf } from "../../../engine/report/readers/plain.ts"
import { chained, fault, flip, links, objectPath, outputs, rounds, states, walked } from "../support/chain.ts"

/** Four rounds, already run: tests take copies. */
const warm = chained(t)
const four = await rounds(warm)
walked(warm)
/** Eight at once, in a store of its own. */
const fresh = chained(t)
const eight = await rounds(fresh, "length=8")
walked(fresh)
const ran = (from: number, to: number) => range(from, to).map((n) => `${n} ran`)
const remade = (from: number, to: number) => range(from, to).map((n) => `${n} remade`)
const cached = (to: number) => range(1, to).map((n) => `${n} cached`)
const walks = (from: number, to: number) => range(from, to).map((n) => `1#${n}`)
function range(from: number, to: number): ReadonlyArray<number> {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

// ── longer, shorter, otherwise ended ──

t.test(
  "a chain goes on from where a shorter one ended, to the digests of one that ran at once",
  async (t) => {
    t.equal(four.code, 0)
    t.same(links(four), ran(1, 4))
    t.match(four.of("link-finished")[0], { task: "grow@seed=1", unit: "round", index: 1, status: "ran" })
    const lab = chained(t, warm.root)
    const longer = await rounds(lab, "length=8")
    t.same(links(longer), [...cached(4), ...ran(5, 8)])
    t.same(walked(lab), walks(5, 8), "and no other was done, whatever the events say")
    t.same(states(longer), states(eight))
    t.same(outputs(longer), outputs(eight))

    const shorter = await rounds(lab, "length=6")
    t.same(links(shorter), [...cached(6), ...remade(6, 6)])
    t.same(walked(lab), walks(6, 6), "its last state had been let go: it is made again from the fifth")
    t.equal(shorter.tasks["grow@seed=1"], "ran", "only its end is made")
    t.same(states(shorter), states(eight).slice(0, 6))

    const otherwise = await rounds(lab, "length=8", "patience=7", "takeBest=true")
    t.same(links(otherwise), [...cached(8), ...remade(2, 2)])
    t.same(walked(lab), walks(2, 2), "a param that shapes only the end runs no new link")
    t.match(otherwise.last, { ran: 2, remade: 1 })
    t.match(linesOf(otherwise.of("run-finished")[0]!), ["", /2 ran; 1 known link made again for states/])
    t.notOk("remade" in longer.last!, "of none it says nothing")
    const page = join(lab.root, "artifacts/runs", otherwise.of("run-finished")[0]!.run, "index.html")
    const text = readFileSync(page, "utf8")
    t.match(text, /Links made again<\/dt><dd>1 /)
    rmSync(page)
    await rounds(lab, "length=8", "patience=7", "takeBest=true")
    t.equal(readFileSync(page, "utf8"), text, "also when the page is drawn anew")
    const best = await rounds(chained(t), "length=8", "takeBest=true", "patience=7")
    t.same(outputs(otherwise)["grow@seed=1"], outputs(best)["grow@seed=1"])
  },
)

t.test("stopping early is decided by what links recorded; more patience goes on from there", async (t) => {
  const lab = chained(t)
  const losses = eight.of("link-finished").map(({ metrics }) => metrics.loss!)
  t.equal(losses.indexOf(Math.min(...losses)), 1, "the second is the best of the eight")
  t.same(links(await rounds(lab, "length=8", "patience=2")), ran(1, 4))
  t.same(links(await rounds(lab, "length=8", "patience=4")), [...cached(4), ...ran(5, 6)])
  t.same(walked(lab), walks(1, 6))
  t.same(links(await rounds(lab, "length=8", "patience=1")), [...cached(3), ...remade(2, 3)])
})

t.test("the state that the end asks for is found, not made again, whichever link it follows", async (t) => {
  const lab = chained(t)
  const best = await rounds(lab, "length=8", "takeBest=true")
  t.same(links(best), ran(1, 8))
  t.same(walked(lab), walks(1, 8))
  t.equal(outputs(best)["grow@seed=1"]!.hash, states(eight)[1], "it is that of the second round")
})

t.test("a param that shapes links, and an edited input, run every link", async (t) => {
  const lab = chained(t, warm.root)
  lab.write({ "data/salt.txt": "salt" })
  t.same(links(await rounds(lab, "seeds=1,2")), [...ran(1, 4), ...ran(1, 4)])
  lab.write({ "data/salt.txt": "pepper" })
  const back = await rounds(lab, "seeds=1,2")
  t.same(links(back), ran(1, 4))
  t.match(back.tasks, { "grow@seed=1": "cached", "grow@seed=2": "ran" })
})

t.test("tasks that differ only in how their chains end walk the links that they share once", async (t) => {
  const lab = chained(t)
  const both = await lab.json("--exp", "lengths", "--jobs", "2")
  t.equal(both.code, 0)
  t.same([...walked(lab)].sort(), walks(1, 5))
  t.same(
    links(both).filter((link) => link.endsWith("ran")),
    ran(1, 5),
  )
})

// ── interruptions ──

t.test("a worker that dies in a link costs that link and no other", async (t) => {
  const lab = chained(t)
  fault(lab, 3, "die")
  const died = await rounds(lab, "length=8")
  t.equal(died.code, 0)
  t.match(died.of("attempt-failed"), [{ error: { tag: "WorkerLost" }, again: true }])
  t.same(links(died), [...ran(1, 2), ...cached(2), ...ran(3, 8)])
  t.same(walked(lab), [...walks(1, 3), ...walks(3, 8)])
  t.same(outputs(died), outputs(eight))
  t.same(states(died), states(eight))
})

t.test("a killed coordinator too: the next run goes on from the last link that was finished", async (t) => {
  const lab = chained(t)
  fault(lab, 3, "wait")
  const running = lab.start(["--exp", "rounds", "--set", "length=8", "--json"])
  await running.event("link-finished", ({ index }) => index === 2)
  running.child.kill("SIGKILL")
  const killed = await running.ended
  t.equal(killed.signal, "SIGKILL")
  const next = await rounds(lab, "length=8")
  t.same(links(killed), ran(1, 2))
  t.same(links(next), [...cached(2), ...ran(3, 8)])
  t.same(walked(lab).slice(-6), walks(3, 8))
  t.same(outputs(next), outputs(eight))
})

t.test(
  "a link whose metric is no finite number fails the task and is named; links before it stay",
  async (t) => {
    const lab = chained(t)
    fault(lab, 3, "not finite")
    const failed = await rounds(lab)
    t.equal(failed.code, 1)
    t.match(failed.of("task-finished")[0], {
      status: "failed",
      error: { message: 'the metric "loss" is NaN, not a finite number, after round 3' },
    })
    t.same(links(await rounds(lab)), [...cached(2), ...ran(3, 4)])
  },
)

// ── states that are gone ──

t.test("missing and corrupt states are made again from the nearest kept one, to the same bits", async (t) => {
  for (const [from, isFifthCorrupt] of [
    [6, false],
    [2, true],
  ] as const) {
    const lab = chained(t, fresh.root)
    rmSync(objectPath(lab, states(eight)[7]!))
    if (isFifthCorrupt) flip(lab, states(eight)[4]!)
    const healed = await rounds(lab, "length=9")
    t.equal(healed.code, 0)
    t.same(walked(lab), walks(from, 9))
    t.same([...links(healed)].sort(), [...cached(8), ...remade(from, 8), ...ran(9, 9)].sort())
    t.same(states(healed).slice(0, 8), states(eight))
  }
})

t.test("a link that gives another state when it is done again is named, and the chain goes on", async (t) => {
  const lab = chained(t, warm.root)
  rmSync(objectPath(lab, states(four)[3]!))
  fault(lab, 4, "differ")
  const differed = await rounds(lab, "length=5")
  t.equal(differed.code, 0)
  const [, , , fourth] = four.of("link-finished")
  t.match(differed.of("nondeterministic"), [
    { task: "grow@seed=1", stage: "grow", key: fourth!.key, outputs: ["state 4"] },
  ])
  t.match(differed.of("attempt-failed"), [
    { error: { message: /link 4 gave the state .* not deterministic/ } },
  ])
  t.same(walked(lab), [...walks(2, 4), "1#4", "1#5"])
  t.same(states(differed), states(eight).slice(0, 5))
})

t.test("a forced chain does its links again, compares them, and keeps the first result", async (t) => {
  const lab = chained(t, warm.root)
  const same = await lab.json("--exp", "rounds", "--force", "grow")
  t.same(links(same), ran(1, 4))
  t.same(walked(lab), walks(1, 4))
  t.same(same.of("nondeterministic"), [])
  fault(lab, 2, "differ")
  const other = await lab.json("--exp", "rounds", "--force", "grow")
  t.match(other.of("nondeterministic")[0], { outputs: ["state 2"] })
  t.same(outputs(other), outputs(four))
})

t.test("the ledger has the metrics of every link that counts, those that were known too", async (t) => {
  const lab = chained(t, warm.root)
  const longer = await rounds(lab, "length=6")
  const database = openSqlite(`${lab.root}/artifacts/ledger.sqlite`, { readonly: true })
  t.teardown(() => database.close())
  const { key } = longer.of("task-finished")[0]!
  const rows = database
    .prepare("SELECT value FROM metrics WHERE key = ? AND name = 'loss' ORDER BY step")
    .all(key)
    .map(({ value }) => value)
  t.same(
    rows,
    eight
      .of("link-finished")
      .slice(0, 6)
      .map(({ metrics }) => metrics.loss),
  )
})
