// in turn, in CI: it starts processes.
// What commands do in a folder that is no store, or is given by an empty name: they refuse, and touch nothing.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { count } from "../../counts.ts"
import { labProject } from "../support/lab.ts"

const all = [
  ["gc", "--without-history", "--keep-runs", "0"],
  ["--exp", "tick"],
  ["status"],
  ["--exp", "tick", "--plan"],
  ["gc", "--dry-run"],
  ["runs"],
  ["show", "--exp", "tick"],
  ["logs", "make"],
  ["why", "make", "--exp", "tick"],
] as const
const commands = all.slice(0, count(3, all.length))

t.test("no command touches a folder in which others keep things under a store's names", async (t) => {
  const lab = labProject(t)
  const notes = ["runs/notes.md", "tmp/put.1.1", "objects/ab/cd", "logs/npm.log"]
  for (const path of notes) {
    mkdirSync(join(lab.root, "other", path, ".."), { recursive: true })
    writeFileSync(join(lab.root, "other", path), "mine")
  }
  const ended = await Promise.all(commands.map((args) => lab.plain(...args, "--artifacts", "other")))
  for (const [i, { code, stderr }] of ended.entries()) {
    t.equal(code, 2, commands[i]!.join(" "))
    t.match(stderr, /other is no store.*taken there: objects, tmp, runs, logs.*--artifacts DIR/)
  }
  const doctor = await lab.plain("doctor", "--seconds", "0", "--artifacts", "other")
  t.match(doctor, { code: 1, stdout: /BROKEN.*other is no store/ })
  t.same(readdirSync(join(lab.root, "other")).sort(), ["logs", "objects", "runs", "tmp"])
  for (const path of notes) t.equal(lab.read(`other/${path}`), "mine")
})

t.test(
  "an empty name of a folder, as of a variable that is not set, is refused by every command",
  async (t) => {
    const lab = labProject(t)
    const before = readdirSync(lab.root)
    const further = [["doctor"], ["verify", "--exp", "tick"]] as const
    const asked = [...commands, ...further]
    const ended = await Promise.all(asked.map((args) => lab.plain(...args, "--artifacts", "")))
    for (const [i, { code, stderr }] of ended.entries()) {
      t.equal(code, 2, asked[i]!.join(" "))
      t.match(stderr, /--artifacts is given an empty name/)
    }
    t.same(readdirSync(lab.root), before)
  },
)

t.test("gc makes no store in order to empty it", async (t) => {
  const lab = labProject(t)
  const { code, stderr } = await lab.plain("gc")
  t.equal(code, 2)
  t.match(stderr, /there is no store in .*artifacts.*--artifacts DIR/)
  t.notOk(readdirSync(lab.root).includes("artifacts"))
})
