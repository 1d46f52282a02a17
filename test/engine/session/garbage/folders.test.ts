// in turn, in CI: it starts processes.
// Folders in a store that is cleaned, verified, and of which the ledger is lost: a list and its files stay together, and what two share
// stays as long as one does.
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { digestOf } from "../../../../engine/content/digest.ts"
import { manifestOf } from "../../../../engine/content/manifest.ts"
import { type Project, project } from "../../../../engine/testing/project.ts"

const stages = `import { Schema } from "effect"
import { stage } from "refold"
export const fill = stage("fill", {
  params: Schema.Struct({ texts: Schema.Array(Schema.String) }), inputs: {}, outputs: { folder: "folder:txt" },
  run: ({ params }) => ({ folder: new Map(params.texts.map((text) => [text + ".txt", new TextEncoder().encode(text)])) }),
})
`
const experimentOf = (name: string, texts: ReadonlyArray<string>) => `import { experiment } from "refold"
import { fill } from "../stages/fill.ts"
export default experiment("${name}", {}, () => fill({ texts: ${JSON.stringify(texts)} }))
`
const kept = ["one", "shared"]
const loose = ["shared", "two"]

const files = {
  "package.json": '{"type":"module"}',
  "stages/fill.ts": stages,
  "experiments/kept.ts": experimentOf("kept", kept),
  "experiments/loose.ts": experimentOf("loose", loose),
}
const listOf = (texts: ReadonlyArray<string>) =>
  digestOf(
    manifestOf(texts.map((text) => ({ name: `${text}.txt`, digest: digestOf(text), size: text.length }))),
  )
const object = ({ root }: Project, digest: string): string =>
  join(root, "artifacts/objects", digest.slice(0, 2), digest.slice(2))
const isThere = (lab: Project, digest: string): boolean => existsSync(object(lab, digest))
const damage = (lab: Project, digest: string): void => {
  chmodSync(object(lab, digest), 0o644)
  writeFileSync(object(lab, digest), "x".repeat(digest === listOf(kept) ? 10 : 3))
}
const status = async (lab: Project, experiment: string) =>
  (await lab.json("--exp", experiment, "--jobs", "1")).tasks.fill

const warm = project(t, files)
await warm.json("--exp", "kept", "--update-lock")
await warm.json("--exp", "loose")

t.test(
  "gc keeps a folder that a lock pins with all of its files, those too that a folder shares which goes",
  async (t) => {
    const lab = project(t, warm.root)
    const { code, stdout } = await lab.plain("gc", "--keep-runs", "0", "--json")
    t.equal(code, 0)
    t.match(JSON.parse(stdout), { objects: 2 }, "a list, and the file that only it has")
    for (const digest of [listOf(kept), ...kept.map((text) => digestOf(text))]) t.ok(isThere(lab, digest))
    for (const digest of [listOf(loose), digestOf("two")]) t.notOk(isThere(lab, digest))
    t.equal(await status(lab, "kept"), "cached")
    t.equal(await status(lab, "loose"), "ran")
  },
)

t.test(
  "a folder that lacks its list or a file is missed by verify, made again by a run, and not believed by a repair",
  async (t) => {
    for (const lost of [listOf(kept), digestOf("one")])
      for (const change of [damage, (lab: Project, digest: string) => rmSync(object(lab, digest))]) {
        const lab = project(t, warm.root)
        change(lab, lost)
        const verified = await lab.plain("verify", "--exp", "kept", "--stored")
        t.equal(verified.code, 3)
        t.match(verified.stdout, lost)
        for (const ending of ["", "-wal", "-shm"])
          rmSync(join(lab.root, `artifacts/ledger.sqlite${ending}`), { force: true })
        rmSync(join(lab.root, "artifacts/runs"), { recursive: true })
        t.equal((await lab.plain("doctor", "--repair")).code, 0)
        t.equal(await status(lab, "kept"), "ran")
        t.equal(await status(lab, "kept"), "cached")
        t.equal((await lab.plain("verify", "--exp", "kept", "--stored")).code, 0)
      }
  },
)

t.test(
  "a lost ledger learns of a folder from the lock, and its files stay when gc cleans after it",
  async (t) => {
    const lab = project(t, warm.root)
    for (const ending of ["", "-wal", "-shm"])
      rmSync(join(lab.root, `artifacts/ledger.sqlite${ending}`), { force: true })
    rmSync(join(lab.root, "artifacts/runs"), { recursive: true })
    t.match((await lab.plain("doctor", "--repair")).stdout, /1 that lock files prove/)
    t.equal(await status(lab, "kept"), "cached")
    t.equal((await lab.plain("gc", "--keep-runs", "0")).code, 0)
    t.equal(await status(lab, "kept"), "cached")
  },
)

t.test(
  "a folder is computed again and compared file by file, in the store's presence and without it",
  async (t) => {
    const lab = project(t, warm.root)
    const all = ["verify", "--exp", "kept", "--recompute", "all"]
    t.equal((await lab.plain(...all)).code, 0)
    rmSync(join(lab.root, "artifacts"), { recursive: true })
    t.equal((await lab.plain(...all)).code, 0)
    const other = project(t, warm.root)
    other.write({ "stages/fill.ts": stages.replace("encode(text)", 'encode(text === "one" ? "won" : text)') })
    const verified = await other.plain(...all)
    t.equal(verified.code, 3)
    t.match(verified.stdout, /edited: one\.txt/)
  },
)
