// in turn, in CI: it starts many command lines.
// What adoption takes over, and under which keys: the lock and the ledger of a run from nothing, but for marks.
import { rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { oddsOf } from "../../../engine/adopt/odds.ts"
import {
  adopted,
  finishing,
  lockIn,
  marked,
  pages,
  refactored,
  replaced,
  unmarked,
} from "../support/adopting.ts"
import { rounds, walked } from "../support/chain.ts"
import { ledgerOf } from "../support/ledger-of.ts"
import { lockedRounds, lockFile, verified } from "../support/verified.ts"

const { locked, full, clone } = await lockedRounds(t)

t.test(
  "after a refactor the lock and the ledger are those of a run from nothing, but for marks",
  async (t) => {
    const lab = refactored(full())
    const { code, stages, last } = await adopted(lab, "--sample", "1")
    t.equal(code, 0)
    t.match(
      stages.map(({ stage, tasks }) => [stage, tasks]),
      [
        ["grow", 2],
        ["shout", 2],
      ],
    )
    t.match(last, {
      event: "adopt-finished",
      from: "the lock",
      tasks: 4,
      held: 4,
      left: [],
      isLockWritten: true,
    })
    const fresh = refactored(clone())
    t.equal((await rounds(fresh, "--update-lock")).code, 0)
    t.same(unmarked(lockIn(lab)), lockIn(fresh))
    const [taken, made] = [lab, fresh].map((each) => ledgerOf(t, each, lockIn(fresh), finishing))
    t.ok(Object.values(made!).every((result) => result?.isAdopted === false))
    const bare = (ledger: typeof taken) =>
      Object.fromEntries(
        Object.entries(ledger!).map(([label, result]) => [label, { ...result, isAdopted: false }]),
      )
    t.same(bare(taken), bare(made))
    t.same(
      Object.keys(taken!).filter((label) => taken![label]!.isAdopted),
      marked(lockIn(lab)),
      "the lock and the ledger mark the same",
    )

    walked(lab)
    const run = await rounds(lab)
    t.ok(Object.values(run.tasks).every((status) => status === "cached"))
    t.same(
      run.of("lock").map(({ status }) => status),
      ["same"],
    )
    t.same(walked(lab), [])
    t.ok(
      pages(lab).some((page) => /Adopted.*\d of 4 tasks/.test(page)),
      "the page of the run says so",
    )
    t.equal((await verified(lab)).code, 0)
  },
)

t.test("marks and chances follow from what was really compared", async (t) => {
  const lab = refactored(full())
  const { stages, again } = await adopted(lab, "--sample", "1")
  const [grow, shout] = stages
  t.equal(shout!.computed, 2, "each of the two values of its axis")
  t.ok(again.every(({ same }) => same))
  t.match(grow, { computed: 0, links: { of: 8 }, ends: { compared: 2, of: 2 } })
  t.equal(grow!.links.compared, 6, "the first, the last and one between, of both")
  t.same(grow!.from, [locked.stages.grow!.code])
  const digests = 2 * (4 + 4 + 3)
  t.same(grow!.escapes, oddsOf(digests, 2 * (3 + 3 + 3)))
  const { tasks } = lockIn(lab)
  for (const label of ["grow@seed=1", "grow@seed=2"])
    t.same(tasks[label]!.adopted, { from: locked.stages.grow!.code, links: grow!.links, ends: grow!.ends })
  t.same(marked(lockIn(lab)), ["grow@seed=1", "grow@seed=2"], "what is computed whole bears no mark")
})

t.test(
  "an empty store is enough: the lock is renewed all the same, and what chains are computed whole bear no mark",
  async (t) => {
    const [lab, other] = [refactored(clone()), refactored(full())]
    const { code, last } = await adopted(lab, "--sample", "1")
    t.equal(code, 0)
    t.match(last, { tasks: 4, held: 0, isLockWritten: true })
    await adopted(other, "--sample", "1")
    t.same(unmarked(lockIn(lab)), unmarked(lockIn(other)))
    t.same(marked(lockIn(lab)), [])
    const run = await rounds(lab, "--locked")
    t.equal(run.code, 0, "what it says, a run gives")
    t.ok(Object.values(run.tasks).every((status) => status === "ran"))
  },
)

t.test(
  "adopted twice, a result is still of the code that computed it; a run of its own code takes the mark away",
  async (t) => {
    const lab = refactored(full())
    await adopted(lab)
    replaced(lab, "stages/grow.ts", "further", "more")
    const { code, stages } = await adopted(lab, "grow")
    t.equal(code, 0)
    t.same(
      stages.map(({ from }) => from),
      [[locked.stages.grow!.code]],
    )
    t.equal(lockIn(lab).tasks["grow@seed=2"]!.adopted!.from, locked.stages.grow!.code)
    await rounds(lab, "--update-lock")
    t.same(marked(lockIn(lab)), ["grow@seed=1", "grow@seed=2"], "--update-lock keeps what the ledger says")
    const forced = await lab.json("--exp", "rounds", "--force", "grow", "--update-lock")
    t.same(forced.of("nondeterministic"), [])
    t.same(marked(lockIn(lab)), [])
    t.same(unmarked(lockIn(lab)), lockIn(lab))
  },
)

t.test("--locked adopts nothing, and gc keeps what was adopted", async (t) => {
  const lab = refactored(full())
  const before = lab.read(lockFile)
  t.equal((await rounds(lab, "--locked")).code, 3)
  t.equal(lab.read(lockFile), before)
  await adopted(lab)
  t.equal((await lab.plain("gc", "--keep-runs", "1")).code, 0)
  const run = await rounds(lab, "--locked")
  t.equal(run.code, 0)
  t.ok(Object.values(run.tasks).every((status) => status === "cached"))
})

t.test(
  "a lock of the first format is taken over, with digests of metrics where the ledger knows them",
  async (t) => {
    const first = (project: ReturnType<typeof full>): typeof project => {
      project.write({ [lockFile]: project.read(lockFile).replace(/"metrics":\[[^\]]*\],/g, "") })
      return replaced(project, lockFile, "refold-lock/2", "refold-lock/1")
    }
    const [held, empty] = [refactored(first(full())), refactored(first(clone()))]
    t.equal((await adopted(held, "--sample", "1")).code, 0)
    t.same(lockIn(held).tasks["grow@seed=1"]!.metrics, locked.tasks["grow@seed=1"]!.metrics)
    t.match(held.read(lockFile), /"format":"refold-lock\/2"/)
    t.equal((await adopted(empty, "--sample", "1")).code, 0)
    t.match(empty.read(lockFile), /"format":"refold-lock\/2"/)
    rmSync(join(empty.root, "artifacts"), { recursive: true })
  },
)
