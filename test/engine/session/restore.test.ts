// in turn, in CI: it starts processes.
// Files of a run's folder that a person deleted: the next run makes them again, and so does `show`.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { labProject } from "../support/lab.ts"

/** The history tells a run's tasks by their labels, a run in the order of its plan. */
const sorted = (text: string): ReadonlyArray<string> => text.split("\n").sort()

t.test(
  "a page or a result that was deleted from a run's folder is made again by the next run, and by show",
  async (t) => {
    const lab = labProject(t)
    const first = await lab.json("--exp", "grid")
    const [{ folder }] = first.of("results") as unknown as readonly [{ readonly folder: string }]
    const page = join(folder, "index.html")
    const names = readdirSync(folder).sort()
    const read = (name: string): string => readFileSync(join(folder, name), "utf8")
    const before = Object.fromEntries(names.map((name) => [name, read(name)]))
    const copy = names.find((name) => !["index.html", "results.json"].includes(name))!

    rmSync(page)
    const again = await lab.json("--exp", "grid")
    t.equal(again.of("results")[0]!.folder, folder, "the folder is the same")
    t.ok(existsSync(page))
    t.same(
      sorted(read("index.html")),
      sorted(before["index.html"]!),
      "it is the page of the run that made the folder",
    )

    rmSync(page)
    rmSync(join(folder, copy))
    const shown = await lab.plain("show", "--exp", "grid")
    t.equal(shown.code, 0, shown.stderr)
    t.notMatch(shown.stdout, /missing/)
    for (const name of names) t.same(sorted(read(name)), sorted(before[name]!), name)
    t.same(readdirSync(folder).sort(), names)
  },
)

t.test("show says so where a deleted file cannot be made again", async (t) => {
  const lab = labProject(t)
  const { folder } = (await lab.json("--exp", "grid")).of("results")[0]!
  const copy = readdirSync(folder).find((name) => !["index.html", "results.json"].includes(name))!
  rmSync(join(folder, copy))
  rmSync(join(lab.root, "artifacts/objects"), { recursive: true })
  const { code, stdout } = await lab.plain("show", "--exp", "grid")
  t.equal(code, 0)
  t.match(stdout, /some of its files are missing.*run the experiment again/)
})
