// in turn, in CI: it starts processes, and mounts disks.
import { appendFileSync, readdirSync, rmSync, statfsSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { disk } from "../../../engine/testing/mounts.ts"
import { project } from "../../../engine/testing/project.ts"

const files = {
  "package.json": '{"type":"module"}',
  "stages/big.ts": `
    import { Schema } from "effect"
    import { stage } from "refold"
    export const big = stage("big", {
      params: Schema.Struct({ megabytes: Schema.Number, id: Schema.Number }), inputs: {}, outputs: { bytes: "bytes:bin" },
      run: ({ params }) => ({ bytes: new Uint8Array(params.megabytes * 1e6).fill(params.id) }),
    })`,
  "experiments/fill.ts": `
    import { Schema } from "effect"
    import { experiment } from "refold"
    import { big } from "../stages/big.ts"
    export default experiment(
      "fill", { sizes: Schema.Array(Schema.Number).annotations({ default: [20, 50, 1] }) },
      ({ sizes }) => sizes.map((megabytes, id) => big({ megabytes, id }, {}, { id })))`,
}

t.test(
  "a disk that fills during a run fails what it meets with what is needed and free, keeps the rest, and once there is room the next run goes on",
  async (t) => {
    const small = disk(t, 64)
    if (small === undefined) {
      t.pass("skipped", { skip: "only root on Linux can mount a disk: nothing was tried here" })
      return
    }
    const artifacts = join(small.folder, "artifacts")
    const lab = project(t, files)
    const run = (...more: ReadonlyArray<string>) =>
      lab.json("--exp", "fill", "--keep-going", "--artifacts", artifacts, ...more)
    const met = await run()
    t.equal(met.code, 1)
    t.same(met.tasks, { "big@id=0": "ran", "big@id=1": "failed", "big@id=2": "ran" })
    const [failed] = met.of("task-finished").filter(({ status }) => status === "failed")
    t.match(failed!.error, {
      tag: "DiskRefused",
      message:
        /^the disk at .* is full \(50 MB needed, \d+ MB free\): free some, such as with gc --artifacts .*, or name a folder on another disk/,
    })
    t.same(readdirSync(join(artifacts, "tmp")), [], "what could not be kept takes no room")

    const filler = join(small.folder, "filler")
    const spare = 300 * 1024 // enough to start, not to go on for long
    const { bavail, bsize } = statfsSync(small.folder)
    appendFileSync(filler, Buffer.alloc(bavail * bsize - spare))
    const cut = await run("--set", "sizes=[0.1,0.08,0.06,0.7,0.5]")
    t.equal(cut.code, 1, cut.stderr)
    t.ok(
      cut.of("task-finished").some(({ status }) => status === "ran"),
      "what there was room for was done",
    )
    t.ok(cut.of("task-finished").some(({ status }) => status === "failed"))
    rmSync(filler)
    const done = cut.of("task-finished").flatMap(({ task, status }) => (status === "ran" ? [task] : []))
    const next = await run("--set", "sizes=[0.1,0.08,0.06,0.7,0.5]")
    t.equal(next.code, 0, next.stderr)
    for (const task of done) t.equal(next.tasks[task], "cached", `${task} was kept`)
  },
)
