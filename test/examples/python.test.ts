// in turn, in CI, first: it packs, installs, and starts Python.
// Whether the project of Python runs from the tarball alone, and which edits run scikit-learn again.
import { readFileSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { execute } from "../../engine/testing/processes.ts"
import { example, last } from "../support/example.ts"
import { packed, typescript } from "../support/installed.ts"
import { noScientificVenv, scientificVenv } from "../support/virtual-environment.ts"

type Event = Readonly<Record<string, unknown>>

const eventsIn = (stdout: string): ReadonlyArray<Event> =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))

t.test(
  "python compiles, runs, is cached and proved; an edit of fit.py fits again and scores again what came out otherwise, a comment nothing",
  { skip: noScientificVenv },
  async (t) => {
    const { folder, refold } = await example(t, await packed(t), "python")
    const venv = join(folder, ".venv")
    symlinkSync(scientificVenv, venv)
    const edit = (path: string, from: string, to: string): void => {
      const text = readFileSync(join(folder, path), "utf8")
      t.ok(text.includes(from), `${path} has ${from}`)
      writeFileSync(join(folder, path), text.replace(from, to))
    }
    edit("experiments/penguins.ts", "default: 5", "default: 2")
    const compiled = await execute(folder, process.execPath, [typescript, "-p", "."])
    t.equal(compiled.stdout, "")

    const first = await refold("--exp", "penguins", "--json", "--update-lock")
    t.equal(first.code, 0, first.stderr || first.stdout)
    t.match(last(first.stdout), { event: "run-finished", cached: 0, failed: 0, skipped: 0 })
    const verified = await refold("verify", "--exp", "penguins", "--recompute", "3", "--json")
    t.equal(verified.code, 0, verified.stdout)
    t.match(last(verified.stdout), { event: "verify-finished", differences: 0 })

    const refitted = await refold("verify", "--exp", "penguins", "--recompute", "fit@final=yes", "--json")
    t.match(last(refitted.stdout), { event: "verify-finished", recomputed: 1, differences: 0 })

    unlinkSync(venv)
    const elsewhere = await refold("verify", "--exp", "penguins")
    t.equal(elsewhere.code, 0, "a colleague without the virtual environment checks the lock")
    t.match(elsewhere.stdout, /fit: environment not checked: there is no virtual environment in \.venv/)
    symlinkSync(scientificVenv, venv)

    edit("stages/score.ts", "function scores", "// How good they are.\nfunction scores")
    edit("README.md", "# ", "# On ")
    const second = await refold("--exp", "penguins", "--json")
    t.match(last(second.stdout), { event: "run-finished", ran: 0, failed: 0 })

    edit("stages/fit.py", "random_state=seed", "random_state=seed + 1")
    const third = eventsIn((await refold("--exp", "penguins", "--json")).stdout)
    const started = third.filter(({ event }) => event === "task-started")
    const of = (stage: string) => started.filter(({ task }) => String(task).split("@")[0] === stage)
    t.equal(of("fit").length, 13, "six candidates on two folds, and the one that is tested")
    for (const { why } of of("fit"))
      t.match(why, [{ reason: "source", path: "stages/fit.py", change: "edited" }])
    t.same(
      of("score").map(({ task }) => /model=([a-z-]*)/.exec(String(task))?.[1]),
      Array(4).fill("random-forest"),
      "what the others predict is what it was",
    )
    t.equal(of("compare").length, 1)
    t.equal(of("clean").length + of("part").length, 0)
    t.match(third.at(-1), { event: "run-finished", failed: 0, skipped: 0 })
  },
)
