// in turn, in CI: it starts processes.
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { type Project, project } from "../../../../engine/testing/project.ts"

const isThere = (program: string): boolean => spawnSync(program, ["--version"]).error === undefined
const isPosix = process.platform !== "win32"

/** What a result of the experiment `one` holds. */
async function result(lab: Project, name: string): Promise<string> {
  const { stdout } = await lab.plain("show", "--exp", "one", "--json")
  return readFileSync(JSON.parse(stdout).outputs[name].path, "utf8")
}

t.test(
  "a filter of a shell reads its standard input and gives its standard output",
  { skip: !isPosix && "it has no sh" },
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "data/rows.txt": "pear\napple\nfig\n",
      "experiments/first.sh":
        'sort | head -n "$1"\nprintf "%s %s %s" "$HOME" "$(ls -A "$HOME")" "$UNDECLARED" | wc -w >&2\n',
      "experiments/one.ts": `
import { Schema } from "effect"
import { experiment, file, shell } from "refold"
export const first = shell("first", {
  params: Schema.Struct({ lines: Schema.Number }), inputs: { rows: "text" }, outputs: { out: "text" }, deterministic: true,
  script: "first.sh", starts: ["sort", "head", "wc"], stdin: "rows", stdout: "out",
  arguments: (_, { lines }) => [String(lines)],
})
export default experiment("one", {}, () => ({ first: first({ lines: 2 }, { rows: file("data/rows.txt", "text") }) }))`,
    })
    const ran = await lab.start(["--exp", "one", "--json", "--update-lock"], { UNDECLARED: "seen" }).ended
    t.equal(ran.code, 0)
    t.equal(await result(lab, "first.out"), "apple\nfig\n")
    t.match(
      ran
        .of("printed")
        .map(({ text }) => text)
        .join(""),
      /^\s*1\s*$/,
      "its home is empty, and nothing else of the environment is there",
    )
    const { stages } = lockOf(lab)
    t.same(Object.keys(stages.numerics.executables).sort(), ["head", "sh", "sort", "wc"])
    t.match(
      (await lab.plain("verify", "--exp", "one")).stdout,
      /environment unknown: what is installed for first is in no key/,
    )
  },
)

const lockOf = (lab: Project) => {
  const lock = JSON.parse(lab.read("experiments/one.lock.json"))
  return { stages: lock["stage first"] }
}

t.test(
  "a compiled binary is a source, and is run as it is",
  { skip: !(isPosix && isThere("cc")) && "there is no cc" },
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "experiments/double.c":
        '#include <stdio.h>\nint main(int n, char **a) { double x; FILE *f = fopen(a[1], "r"), *o = fopen(a[2], "w"); while (fscanf(f, "%lf", &x) == 1) fprintf(o, "%g\\n", 2 * x); return fclose(o); }\n',
      "experiments/one.ts": `
import { Schema } from "effect"
import { experiment, program, stage } from "refold"
export const rows = stage("rows", { params: Schema.Struct({}), inputs: {}, outputs: { rows: "folder" }, run: () => ({ rows: new Map([["a.txt", new TextEncoder().encode("1 2.5 3")]]) }) })
export const double = program("double", {
  params: Schema.Struct({}), inputs: { rows: "folder" }, outputs: { out: "file:txt" }, sources: ["double"], deterministic: true,
  command: ({ sources, inputs, outputs }) => [sources.double, inputs.rows + "/a.txt", outputs.out],
})
export default experiment("one", {}, () => ({ double: double({}, rows({}, {})) }))`,
    })
    const compiled = spawnSync("cc", [
      "-o",
      join(lab.root, "experiments/double"),
      join(lab.root, "experiments/double.c"),
    ])
    t.equal(compiled.status, 0)
    t.match(await lab.json("--exp", "one"), { code: 0, tasks: { double: "ran" } })
    t.equal(await result(lab, "double.out"), "2\n5\n6\n")
  },
)

t.test(
  "a script of R takes and gives tables",
  { skip: !(isPosix && isThere("Rscript")) && "there is no Rscript" },
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "experiments/fit.R": `
words <- commandArgs(trailingOnly = TRUE)
given <- setNames(words[c(FALSE, TRUE)], sub("^--", "", words[c(TRUE, FALSE)]))
rows <- read.csv(given[["rows"]])
rows$fitted <- fitted(lm(y ~ x, rows)) * as.numeric(given[["scale"]])
rows$big <- rows$y > 3
write.csv(rows, given[["out"]], row.names = FALSE)
`,
      "experiments/one.ts": `
import { Schema } from "effect"
import { experiment, rscript, stage } from "refold"
export const rows = stage("rows", { params: Schema.Struct({}), inputs: {}, outputs: { rows: "table" }, run: () => ({ rows: [1, 2, 3].map((x) => ({ x, y: 2 * x, name: "n" + x })) }) })
export const fit = rscript("fit", { params: Schema.Struct({ scale: Schema.Number }), inputs: { rows: "table" }, outputs: { out: "table" }, script: "fit.R", deterministic: true })
export default experiment("one", {}, () => ({ fit: fit({ scale: 1 }, rows({}, {})) }))`,
    })
    t.match(await lab.json("--exp", "one"), { code: 0, tasks: { fit: "ran" } })
    const { columns, rows } = JSON.parse(await result(lab, "fit.out"))
    t.same(columns, ["x", "y", "name", "fitted", "big"])
    t.match(rows, [
      [1, 2, "n1", 2, false],
      [2, 4, "n2", 4, true],
      [3, 6, "n3", 6, true],
    ])
  },
)
