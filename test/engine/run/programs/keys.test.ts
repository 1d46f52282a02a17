// in turn, in CI: it starts processes.
import { appendFileSync, copyFileSync, readFileSync, realpathSync, rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { type Project, project } from "../../../../engine/testing/project.ts"
import { install, makeVenv, noPython } from "../../../support/virtual-environment.ts"

const script = `
import json, os, sys
import widget
json.dump({"depth": int(sys.argv[2]), "version": widget.version, "place": os.environ.get("PLACE")}, open(sys.argv[1], "w"))
`
const declared = (locals: string) => `
import { Schema } from "effect"
import { experiment, program, venv } from "refold"
export const fit = program("fit", {
  params: Schema.Struct({ depth: Schema.Number }),
  inputs: {},
  outputs: { scores: "json" },
  sources: ["fit.py", "lib"],
  installed: venv(".venv"),
  version: ["python", "--version"],
  environment: ["PLACE"],
  deterministic: true,
  command: (${locals}, { depth }) => ["python", ${locals}.sources["fit.py"], ${locals}.outputs.scores, String(depth)],
})
export default experiment("one", {}, () => ({ fit: fit({ depth: 3 }) }))
`

/** What became of the one task, and why it was not cached. */
async function ran(lab: Project, env: Readonly<Record<string, string>> = {}) {
  const { tasks, of, stdout, stderr } = await lab.start(["--exp", "one", "--json", "--jobs", "1"], env).ended
  const [why] = of("task-started").map(({ why }) => why)
  return { status: tasks.fit, why, text: `${stdout}${stderr}` }
}

t.test(
  "what a program's results depend on is in its key, and named: nothing else is",
  { skip: noPython },
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "experiments/one.ts": declared("paths"),
      "experiments/fit.py": script,
      "experiments/lib/data.txt": "1",
    })
    const packages = makeVenv(lab.root)
    install(packages, "widget", "1.5.0")
    t.match(await ran(lab), { status: "ran", why: [{ reason: "never-ran" }] })
    t.match(await ran(lab), { status: "cached" })

    lab.write({
      "experiments/fit.py": `${script}\n`,
      "experiments/other.py": "1",
      "experiments/lib/.hidden": "1",
    })
    t.match(await ran(lab), {
      status: "ran",
      why: [{ reason: "source", path: "experiments/fit.py", change: "edited" }],
    })

    install(packages, "widget", "1.5.1")
    const upgraded = await ran(lab)
    t.match(upgraded, {
      status: "ran",
      why: [{ reason: "package", name: "widget", versions: { before: "1.5.0", after: "1.5.1" } }],
    })

    const python = join(lab.root, ".venv/bin/python")
    const real = realpathSync(python)
    rmSync(python)
    copyFileSync(real, python)
    appendFileSync(python, "\0") // another build of it
    t.match(await ran(lab), {
      status: "ran",
      why: [{ reason: "environment", what: "executable", name: "python" }],
    })

    t.match(await ran(lab, { PLACE: "here" }), {
      status: "ran",
      why: [{ reason: "environment", what: "variable", name: "PLACE", before: null, after: "here" }],
    })

    lab.write({
      "experiments/one.ts": declared("all"),
      "experiments/other.py": "2",
      "experiments/lib/__pycache__/x.pyc": "1",
      "README.md": "words",
    })
    t.match(await ran(lab, { PLACE: "here", ANOTHER: "variable" }), { status: "cached" })
    const { stdout } = await lab.plain("show", "--exp", "one", "--json")
    const { path } = JSON.parse(stdout).outputs["fit.scores"]
    t.equal(readFileSync(path, "utf8"), '{"depth":3,"place":"here","version":"1.5.1"}')

    t.match(
      (await lab.start(["why", "fit", "--exp", "one"], { PLACE: "there" }).ended).stdout,
      /variable PLACE here → there/,
    )
  },
)
