// in turn, in CI: it starts processes.
// What a program opens, lists, starts and writes, as strace tells of it, in whatever way it does so.
import { spawnSync } from "node:child_process"
import { chmodSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { project } from "../../../engine/testing/project.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { makeVenv, noPython } from "../../support/virtual-environment.ts"

const declared = `
import { Schema } from "effect"
import { experiment, python, shell } from "refold"
const fields = { params: Schema.Struct({}), inputs: {}, outputs: { out: "text" }, stdout: "out", environment: ["ROOT", "TOOLS"], deterministic: true, arguments: () => [] } as const
export const reads = python("reads", { ...fields, venv: ".venv", script: "reads.py" })
export const probes = python("probes", { ...fields, venv: ".venv", script: "probes.py" })
export const filters = shell("filters", { ...fields, script: "filters.sh", starts: ["sort", "cat"] })
export default experiment("one", {}, () => ({ reads: reads({}), probes: probes({}), filters: filters({}) }))
`
const reads = `
import os, subprocess, threading
root = os.environ["ROOT"]
def opened(path): open(path).read()
for path in ["with space.txt", "new\\nline.txt", "äö.txt", 'quote".txt', "link.txt"]:
    threading.Thread(target=opened, args=(os.path.join(root, "data", path),)).start()
opened(os.path.relpath(os.path.join(root, "data/relative.txt")))
folder = os.open(os.path.join(root, "data"), os.O_RDONLY)
os.close(os.open("by-descriptor.txt", os.O_RDONLY, dir_fd=folder))
subprocess.run(["/bin/cat", "below.txt"], cwd=os.path.join(root, "data"), stdout=subprocess.DEVNULL, check=True)
os.listdir(os.path.join(root, "data/listed"))
subprocess.run([os.path.join(os.environ["TOOLS"], "tool")], check=True)
`
const probes = `
import os, pathlib
root = os.environ["ROOT"]
os.path.exists(os.path.join(root, "data/probed.txt")); os.stat(os.path.join(root, "data/relative.txt"))
os.getcwd(); pathlib.Path(".").resolve()
open("own.txt", "w").write("1"); open("own.txt").read(); os.listdir("."); open(os.path.join(os.environ["TMPDIR"], "x"), "w")
`
const filters =
  'echo 1 | sort | tr 1 2\necho 1 > "$TOOLS/written.txt"\ncat "$TOOLS/written.txt"\n: "$(cat "$TOOLS/kept.txt")"\necho 2 > "$TOOLS/kept.txt"\n'

t.test(
  "verify --trace tells what a program reads, lists, starts and writes, however it names it",
  { skip: noPython || (spawnSync("strace", ["-V"]).error !== undefined && "there is no strace") },
  async (t) => {
    const names = [
      "with space",
      "new\nline",
      "äö",
      'quote"',
      "target",
      "relative",
      "by-descriptor",
      "below",
      "listed/inside",
    ]
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "experiments/one.ts": declared,
      "experiments/reads.py": reads,
      "experiments/probes.py": probes,
      "experiments/filters.sh": filters,
      ...Object.fromEntries(names.map((name) => [`data/${name}.txt`, "1"])),
    })
    makeVenv(lab.root)
    spawnSync("ln", ["-s", "target.txt", join(lab.root, "data/link.txt")])
    const tools = temporaryFolder(t)
    writeFileSync(join(tools, "tool"), "#!/bin/sh\n:\n")
    chmodSync(join(tools, "tool"), 0o755)
    writeFileSync(join(tools, "kept.txt"), "1")
    const env = { ROOT: lab.root, TOOLS: tools }
    const run = await lab.start(["--exp", "one", "--json", "--update-lock"], env).ended
    t.equal(run.code, 0, run.stdout)

    const told = await lab.start(["verify", "--exp", "one", "--trace", "--json"], env).ended
    t.equal(told.code, 3)
    const events = told.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
    const of = (name: string) => events.filter(({ event }) => event === name)
    const differences = of("difference").map(({ difference }) => difference)
    const undeclared = Object.fromEntries(differences.map(({ task, paths }) => [task, paths]))
    const read = names.filter((name) => name !== "listed/inside").map((name) => `data/${name}.txt`)
    t.same(
      undeclared,
      {
        reads: [...read, "data/listed", join(tools, "tool")].sort(),
        filters: [join(tools, "kept.txt")],
      },
      "what a program made before it read it is its own",
    )
    const traced = Object.fromEntries(
      of("traced").map(({ task, started, wrote }) => [task, { started, wrote }]),
    )
    t.match(traced.reads.started.join(" "), /\/cat\b/)
    t.same(traced.probes, { started: [], wrote: [] })
    t.match(traced.filters.started.join(" "), /\/tr\b/)
    t.notMatch(traced.filters.started.join(" "), /\/sort\b/)
    t.same(traced.filters.wrote, [join(tools, "kept.txt"), join(tools, "written.txt")])

    const { stdout } = await lab.start(["verify", "--exp", "one", "--trace", "--recompute", "filters"], env)
      .ended
    t.match(
      stdout,
      /filters started \S*\/tr, which `starts` does not name: an update of one runs nothing again/,
    )
    t.match(stdout, /filters wrote to \S*kept\.txt,\s+\S*written\.txt, outside its own folder/)
  },
)
