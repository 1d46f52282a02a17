// in turn, in CI: it starts many command lines.
// What adoption refuses: a bit that differs, a pair of codes that differed before, a stage that changed, nothing to take over.
import { rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import type { Project } from "../../../engine/testing/project.ts"
import { adopted, finishing, lockIn, marked, refactored, replaced, unmarked } from "../support/adopting.ts"
import { outputs, rounds, walked } from "../support/chain.ts"
import { ledgerOf } from "../support/ledger-of.ts"
import { lockedRounds, lockFile } from "../support/verified.ts"

const { first, locked, full, clone } = await lockedRounds(t)

/** Changes of what is computed, each in another place. */
const changes: ReadonlyArray<{
  readonly what: string
  readonly edit: (project: Project) => Project
  readonly names: RegExp
  readonly stage: string
}> = [
  {
    what: "the state of a link",
    edit: (lab) => replaced(lab, "stages/grow.ts", "update(`", "update(`x"),
    names: /^state [1-4]$/,
    stage: "grow",
  },
  {
    what: "the metrics of a link alone",
    edit: (lab) => replaced(lab, "stages/loss.ts", "/ 2 ** 32", "/ 2 ** 31"),
    names: /^(metrics [1-4]|curve|metrics)$/,
    stage: "grow",
  },
  {
    what: "what is made of the links",
    edit: (lab) => replaced(lab, "stages/grow.ts", "round: at + 1", "round: at"),
    names: /^curve$/,
    stage: "grow",
  },
  {
    what: "an output",
    edit: (lab) => replaced(lab, "stages/shout.ts", "toUpperCase", "toLowerCase"),
    names: /^text$/,
    stage: "shout",
  },
]

for (const { what, edit, names, stage } of changes) {
  t.test(
    `${what} differs: nothing is adopted, the task and the output are named, and the pair stays refused`,
    async (t) => {
      const lab = edit(refactored(full()))
      const before = lab.read(lockFile)
      const refused = await adopted(lab)
      t.equal(refused.code, 3)
      const found = refused.found.map((each) => each as { what: string; task: string; output: string })
      t.ok(found.length > 0)
      t.ok(found.every(({ what, task }) => what === "output" && task.startsWith(stage)))
      t.ok(found.some(({ output }) => names.test(output)))
      t.equal(lab.read(lockFile), before)
      walked(lab)
      const again = await adopted(lab)
      t.equal(again.code, 3)
      t.match(again.found, [{ what: "refused-pair", stage, earlier: locked.stages[stage]!.code }])
      t.same(walked(lab), [], "at once")
      t.same(again.again, [])
      const run = await rounds(lab)
      t.ok(Object.values(run.tasks).includes("ran"), "nothing is cached under today's keys")
    },
  )
}

t.test(
  "the pair alone is refused: another stage is adopted, and so is the code once what changed is undone",
  async (t) => {
    const lab = replaced(refactored(full()), "stages/shout.ts", "toUpperCase", "toLowerCase")
    t.equal((await adopted(lab)).code, 3)
    const grow = await adopted(lab, "grow")
    t.equal(grow.code, 0)
    t.same(
      grow.stages.map(({ stage, tasks }) => [stage, tasks]),
      [["grow", 2]],
    )
    replaced(lab, "stages/shout.ts", "toLowerCase", "toUpperCase")
    t.equal((await adopted(lab)).code, 0)
    const run = await rounds(lab, "--locked")
    t.ok(Object.values(run.tasks).every((status) => status === "cached"))
  },
)

t.test("a lock that was wrong refuses, and once it is mended the codes are compared again", async (t) => {
  const lab = refactored(full())
  const right = lab.read(lockFile)
  const { text } = outputs(first)["shout@seed=1"]!
  lab.write({ [lockFile]: right.replaceAll(text!, [...text!].reverse().join("")) })
  const wrong = await adopted(lab, "shout")
  t.equal(wrong.code, 3)
  t.match((await adopted(lab, "shout")).found, [{ what: "refused-pair", stage: "shout" }])
  lab.write({ [lockFile]: right })
  const mended = await adopted(lab, "shout")
  t.equal(mended.code, 0)
  t.match(mended.stages, [{ stage: "shout", tasks: 2 }])
})

t.test("what today's own code gave already is compared too, without computing it again", async (t) => {
  const lab = refactored(full())
  await rounds(lab)
  walked(lab)
  const same = await adopted(lab)
  t.equal(same.code, 0)
  t.same([walked(lab), same.again, marked(lockIn(lab))], [[], [], []], "all of it is its own")
  const other = replaced(refactored(full()), "stages/shout.ts", "toUpperCase", "toLowerCase")
  await rounds(other)
  const differs = await adopted(other, "shout")
  t.equal(differs.code, 3)
  t.match(differs.found, [
    { what: "output", output: "text", locked: outputs(first)["shout@seed=1"]!.text },
    {},
  ])
})

t.test(
  "a param that was added pairs at its default, and at no other value; any other schema is refused",
  async (t) => {
    const schema = "Schema.Struct({ mark: Schema.String })"
    const added = (value: string): Project =>
      replaced(
        full(),
        "stages/shout.ts",
        schema,
        `Schema.Struct({ mark: Schema.String, tail: Schema.optionalWith(Schema.String, { default: () => "${value}" }) })`,
      )
    const wired = (lab: Project, tail: string): Project =>
      replaced(lab, "experiments/rounds.ts", "shout({ mark }", `shout({ mark, tail: "${tail}" }`)
    const atDefault = await adopted(wired(added("a"), "a"), "shout")
    t.equal(atDefault.code, 0, atDefault.stderr)
    t.match(atDefault.stages, [{ stage: "shout", tasks: 2 }])
    const elsewhere = await adopted(wired(added("a"), "b"), "shout")
    t.equal(elsewhere.code, 2)
    t.match(elsewhere.stderr, /2 tasks of shout cannot be adopted.*other params.*--exp rounds/s)

    const renamed = replaced(full(), "stages/shout.ts", "mark", "sign")
    replaced(renamed, "experiments/rounds.ts", "shout({ mark }", "shout({ sign: mark }")
    const named = await adopted(renamed, "shout")
    t.equal(named.code, 2)
    const all = await adopted(refactored(renamed))
    t.equal(all.code, 0, "of all, the others are taken over, and these told")
    t.match(all.last, {
      tasks: 2,
      left: [{ task: "shout@seed=1", reason: "schema" }, { task: "shout@seed=2" }],
    })
  },
)

t.test(
  "without a lock, a stage of that name or a run, it refuses; with nothing moved it says so",
  async (t) => {
    const lab = full()
    const nothing = await adopted(lab)
    t.equal(nothing.code, 0)
    t.match(nothing.last, { event: "adopt-finished", tasks: 0, isLockWritten: false })
    const [stage, run, sample] = await Promise.all([
      adopted(lab, "shouts"),
      adopted(lab, "--from", "20260101-000000-abcdef"),
      adopted(lab, "--sample", "0"),
    ])
    t.same([stage!.code, run!.code, sample!.code], [2, 2, 2])
    t.match(stage!.stderr, /no stage "shouts"; did you mean "shout"/)
    t.match(run!.stderr, /--from 20260101-000000-abcdef: no such run of rounds/)
    rmSync(join(lab.root, lockFile))
    const none = await adopted(lab)
    t.equal(none.code, 2)
    t.match(none.stderr, /does not exist.*--update-lock/)
  },
)

t.test("tasks that changed otherwise, and what follows from them, are left to run", async (t) => {
  const lab = replaced(refactored(full()), "experiments/rounds.ts", "[1, 2]", "[1, 3]")
  const { code, stages, last } = await adopted(lab)
  t.equal(code, 0)
  t.same(
    stages.map(({ stage, tasks }) => [stage, tasks]),
    [
      ["grow", 1],
      ["shout", 1],
    ],
  )
  t.match(last, {
    left: [
      { task: "grow@seed=3", reason: "not-locked" },
      { task: "shout@seed=3", reason: "upstream" },
    ],
  })
  const run = await rounds(lab)
  t.match(run.tasks, { "grow@seed=1": "cached", "shout@seed=1": "cached", "grow@seed=3": "ran" })
})

t.test("labels may differ: a task under another name takes its line along", async (t) => {
  const lab = replaced(refactored(full()), "experiments/rounds.ts", "{ seed })", "{ start: seed })")
  const { code, last } = await adopted(lab)
  t.equal(code, 0)
  t.match(last, { tasks: 4, held: 4, left: [] })
  t.same(Object.keys(lockIn(lab).tasks).sort(), [
    "grow@start=1",
    "grow@start=2",
    "shout@start=1",
    "shout@start=2",
  ])
  t.equal((await rounds(lab, "--locked")).code, 0)
})

t.test(
  "a run's results are taken over with --from, and the lock stays where it says something else",
  async (t) => {
    const lab = full()
    const run = await rounds(lab, "mark=?")
    const id = run.of("run-finished")[0]!.run
    refactored(lab)
    const before = lab.read(lockFile)
    const { code, last } = await adopted(lab, "--from", id)
    t.equal(code, 0)
    t.match(last, { from: `run ${id}`, tasks: 4, held: 4, isLockWritten: null })
    t.equal(lab.read(lockFile), before)
    const again = await rounds(lab, "mark=?")
    t.ok(Object.values(again.tasks).every((status) => status === "cached"))
  },
)

t.test("a kill between ledger and lock costs nothing: adopted again, the lock is renewed", async (t) => {
  const lab = refactored(full())
  const before = lab.read(lockFile)
  await adopted(lab)
  const renewed = lockIn(lab)
  lab.write({ [lockFile]: before })
  const again = await adopted(lab)
  t.equal(again.code, 0)
  t.match(again.last, { tasks: 4, held: 4, isLockWritten: true })
  t.same(unmarked(lockIn(lab)), unmarked(renewed))
  const held = ledgerOf(t, lab, lockIn(lab), finishing)
  t.same(
    Object.keys(held).filter((label) => held[label]!.isAdopted),
    marked(lockIn(lab)),
  )
})

t.test("a clone's adoption, and that of a full store, refuse alike", async (t) => {
  const lab = replaced(refactored(clone()), "stages/grow.ts", "update(`", "update(`x")
  const before = lab.read(lockFile)
  t.equal((await adopted(lab, "grow")).code, 3)
  t.equal(lab.read(lockFile), before)
})
