// in turn, in CI: it starts many command lines.
// What today's own code has done already counts in an adoption: results, and links of chains that no run has finished yet.
import t from "tap"
import { adopted, lockIn, refactored, replaced } from "../support/adopting.ts"
import { fault, rounds, walked } from "../support/chain.ts"
import { lockedRounds, lockFile } from "../support/verified.ts"

const { full } = await lockedRounds(t)

const named = (found: ReadonlyArray<unknown>): ReadonlyArray<string> =>
  found.map((each) => {
    const { what, task, output } = each as { what: string; task?: string; output?: string }
    return `${what} ${task} ${output}`
  })

t.test("metrics alone, of which a run of today's code has others, are refused like any bit", async (t) => {
  const lab = replaced(refactored(full()), "stages/grow.ts", "return { loss", "return { more: 1, loss")
  const before = lab.read(lockFile)
  t.equal((await rounds(lab)).code, 0)
  walked(lab)
  const { code, found, again } = await adopted(lab, "grow")
  t.equal(code, 3)
  t.same([again, walked(lab)], [[], []], "at once")
  t.same(
    named(found),
    [1, 2].flatMap((seed) => [1, 2, 3, 4].map((n) => `output grow@seed=${seed} metrics ${n}`)),
  )
  t.equal(lab.read(lockFile), before)
})

t.test(
  "a link that today's code did before its task failed is compared, whatever the sample would draw",
  async (t) => {
    const lab = replaced(
      refactored(full()),
      "stages/grow.ts",
      "return { loss: ",
      "return { loss: n === 2 ? 0.5 : ",
    )
    fault(lab, 4, "not finite")
    const run = await rounds(lab, "--keep-going")
    t.equal(run.code, 1)
    walked(lab)
    const { code, found } = await adopted(lab, "grow")
    t.equal(code, 3)
    t.same(walked(lab), [])
    for (const seed of [1, 2])
      t.ok(named(found).includes(`output grow@seed=${seed} metrics 2`), named(found).join())
  },
)

t.test("what differs from a run's results is said to differ from the run, not from the lock", async (t) => {
  const lab = full()
  const id = (await rounds(lab, "mark=?")).of("run-finished")[0]!.run
  replaced(lab, "stages/shout.ts", "toUpperCase", "toLowerCase")
  const { code, stdout } = await lab.plain("adopt", "shout", "--exp", "rounds", "--from", id)
  t.equal(code, 3)
  t.match(stdout, new RegExp(`shout@seed=1: text is [0-9a-f]{12}, run ${id} says [0-9a-f]{12}\n`))
})

t.test("an output that a stage gives no more is let go, and the others are taken over", async (t) => {
  const lab = replaced(full(), "stages/grow.ts", 'curve: "table", ', "")
  replaced(lab, "stages/grow.ts", "curve: losses.map((loss, at) => ({ round: at + 1, loss })),", "")
  const { code, found, last } = await adopted(lab)
  t.same(found, [])
  t.equal(code, 0)
  t.match(last, { tasks: 2, computed: 0, isLockWritten: true })
  t.same(Object.keys(lockIn(lab).tasks["grow@seed=1"]!.outputs).sort(), ["hash", "metrics"])
  t.equal((await rounds(lab, "--locked")).code, 0)
})
