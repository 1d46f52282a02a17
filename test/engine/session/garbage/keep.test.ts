// in turn: it starts processes.
// A bound of what a store takes, as a person says it: to `gc`, and in the configuration for each run's end.
import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { type Project, project } from "../../../../engine/testing/project.ts"

/** Each run writes a text of its own, of a hundred thousand letters. */
const files = {
  "package.json": '{"name":"lab","type":"module","private":true}',
  "experiments/texts.ts": `import { Schema } from "effect"
import { experiment, stage } from "refold"
export const write = stage("write", {
  params: Schema.Struct({ text: Schema.String }),
  inputs: {},
  outputs: { text: "text" },
  inProcess: true,
  run: ({ params }) => ({ text: params.text.repeat(100_000) }),
})
export default experiment("texts", { text: Schema.String.annotations({ default: "a" }) }, ({ text }) => write({ text }))
`,
}
const config = (keep: string): string =>
  `import { defineConfig } from "refold"\nexport default defineConfig({ keep: "${keep}" })\n`

function bytesIn(lab: Project): number {
  const folder = join(lab.root, "artifacts/objects")
  const all = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
  return all.reduce(
    (sum, { parentPath, path = parentPath, name }) => sum + statSync(join(path, name)).size,
    0,
  )
}
const run = (lab: Project, text: string) => lab.json("--exp", "texts", "--set", `text=${text}`)

const warm = project(t, files)
for (const text of ["a", "b", "c"]) await run(warm, text)

t.test(
  "gc --keep frees what only recent runs reach until the store fits, and says why it may go",
  async (t) => {
    const lab = project(t, warm.root)
    t.equal(bytesIn(lab), 300_000)
    const dry = await lab.plain("gc", "--dry-run", "--keep", "0.2 MB")
    t.match(
      dry.stdout,
      /^ {2}1 artifact of write {2}100\.0 kB: the store may take 200\.0 kB; 0\.\d\d s to make again$/m,
    )
    t.match(dry.stdout, /^the store takes 200\.0 kB, keep is 200\.0 kB$/m)
    t.equal(bytesIn(lab), 300_000, "saying it frees nothing")
    const { stdout } = await lab.plain("gc", "--json", "--keep", "0.2MB")
    t.match(JSON.parse(stdout), { objects: 1, bytes: 100_000, takes: 200_000, keep: 200_000 })
    t.match(JSON.parse(stdout).removes, [
      { what: "object", of: "write", why: "bound", count: 1, seconds: Number },
    ])
    t.equal(bytesIn(lab), 200_000)
  },
)

t.test("a size that is none is bad usage, with an example", async (t) => {
  const { code, stderr } = await warm.plain("gc", "--dry-run", "--keep", "5XB")
  t.equal(code, 2)
  t.match(stderr, /--keep 5XB: a size is wanted, such as 5GB, 500MB or 2GiB/)
})

t.test(
  "with keep in the configuration each run's end frees what no lock, pin or the run itself needs",
  async (t) => {
    const lab = project(t, warm.root)
    lab.write({ "refold.config.ts": config("150kB") })
    const ran = await run(lab, "d")
    t.equal(ran.code, 0, ran.stderr)
    t.match(ran.of("let-go"), [
      { artifacts: 3, bytes: 300_000, takes: 100_000, keep: 150_000, failure: null },
    ])
    t.equal(ran.events.at(-2)?.event, "let-go", "before the last line")
    t.equal(bytesIn(lab), 100_000)

    lab.write({ "refold.config.ts": config("50 kB") })
    const plain = await lab.plain("--exp", "texts", "--set", "text=d")
    t.match(plain.stdout, /1 cached/, "its own result stays")
    t.equal(plain.code, 0, "what cannot be kept is told, and fails nothing")
    t.match(
      plain.stdout,
      /^ {2}let go of nothing; the store takes 100\.0 kB, more than the 50\.0 kB of keep: this run and others that go on hold 100\.0 kB$/m,
    )
  },
)
