// in turn, in CI: it starts processes.
// What a person does to results in `runs/`, where what is large is the object itself: no task and no verification takes it for what it was.
import {
  appendFileSync,
  chmodSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import t from "tap"
import { type Project, project } from "../../../engine/testing/project.ts"

/** Two files of a folder that are together beyond what is copied: they are linked where their bytes cannot be shared. */
const bytes = 34 * 2 ** 20

const warm = project(t, {
  "package.json": '{"type":"module"}',
  "experiments/written.ts": `import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { Schema } from "effect"
import { experiment, stage } from "refold"
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")
export const make = stage("make", {
  params: Schema.Struct({}), inputs: {}, outputs: { large: "folder", small: "folder" },
  run: () => ({
    large: new Map(["a.bin", "b.bin"].map((name, i) => [name, Buffer.alloc(${bytes}, i + 1)])),
    small: new Map([["c.txt", Buffer.from("small")], ["d.txt", Buffer.from("other")]]),
  }),
})
export const hash = stage("hash", {
  params: Schema.Struct({ salt: Schema.String }), inputs: { large: "folder", small: "folder" }, outputs: { digests: "value" },
  run: ({ params, inputs: { large, small } }) => ({
    digests: [
      ...[...large.keys()].map((name) =>
        name + digest(params.salt === "read" ? large.bytes(name) : readFileSync(large.path(name)))),
      ...[...small].map(([name, bytes]) => name + digest(bytes)),
    ],
  }),
})
export default experiment("written", { salt: Schema.String.annotations({ default: "" }) }, ({ salt }) => {
  const { large, small } = make({})
  return { large, small, digests: hash({ salt }, { large, small }).digests }
})
`,
})
const first = await warm.json("--exp", "written", "--update-lock")
const right = first.of("results")[0]!.values

interface Results {
  readonly lab: Project
  /** Of the run. */
  readonly folder: string
  /** Whether large results there are the objects themselves: else the file system shares bytes, and nothing that is written reaches them. */
  readonly isLinked: boolean
  /** What its files hold, by name. */
  readonly path: (name: string) => string
}

/** A run's folder made anew. */
async function results(): Promise<Results> {
  rmSync(join(warm.root, "artifacts/runs"), { recursive: true, force: true })
  const { folder } = (await warm.json("--exp", "written")).of("results")[0]!
  const path = (name: string): string => join(folder, name)
  for (const name of ["large/a.bin", "large/b.bin"]) chmodSync(path(name), 0o644) // as root need not do
  return { lab: warm, folder, path, isLinked: statSync(path("large/a.bin")).nlink > 1 }
}

const edits: Readonly<Record<string, (results: Results) => void>> = {
  "bytes in the midst": ({ path }) => {
    const bytes = readFileSync(path("large/a.bin"))
    bytes[12_345] = 99
    writeFileSync(path("large/a.bin"), bytes)
  },
  "bytes behind": ({ path }) => appendFileSync(path("large/b.bin"), "more"),
  "cut short": ({ path }) => truncateSync(path("large/a.bin"), 1000),
}

for (const [what, edit] of Object.entries(edits))
  t.test(
    `a large result that a person has written to (${what}) is made again before it is handed over`,
    async (t) => {
      for (const way of ["path", "read"]) {
        const { lab, isLinked, ...own } = await results()
        edit({ lab, isLinked, ...own })
        const ran = await lab.json("--exp", "written", "--set", `salt=${way}`, "--force", "hash")
        t.equal(ran.code, 0, ran.stderr)
        t.same(ran.of("results")[0]!.values, right)
        const told =
          ran.of("artifact-quarantined").length +
          ran.of("task-started").filter(({ task }) => task === "make").length
        t.equal(told > 0, isLinked, "it is told")
        t.equal(
          (await lab.plain("verify", "--exp", "written", "--stored")).code,
          0,
          "the store is sound again",
        )
      }
    },
  )

t.test(
  "a run without a change finds what was written to, and puts the file in its folder right",
  async (t) => {
    for (const edit of Object.values(edits)) {
      const own = await results()
      edit(own)
      const ran = await own.lab.json("--exp", "written")
      t.equal(ran.code, 0, ran.stderr)
      const { folder } = ran.of("results")[0]!
      t.ok(readFileSync(join(folder, "large/a.bin")).equals(Buffer.alloc(bytes, 1)))
      t.ok(readFileSync(join(folder, "large/b.bin")).equals(Buffer.alloc(bytes, 2)))
    }
  },
)

t.test(
  "verify finds what was written to, by its digest, and computing again takes no such bytes",
  async (t) => {
    const own = await results()
    edits["bytes in the midst"]!(own)
    const { code, stdout } = await own.lab.plain("verify", "--exp", "written", "--stored")
    t.equal(code, own.isLinked ? 3 : 0, stdout)
    const again = await results()
    edits["bytes in the midst"]!(again)
    const recomputed = await again.lab.plain("verify", "--exp", "written", "--recompute", "all")
    t.equal(recomputed.code, again.isLinked ? 3 : 0, "it is told of")
    t.match(recomputed.stdout, /3 of 3 digests compared/, "and what was computed is what the lock has")
    t.notMatch(recomputed.stdout, /other bytes|differs:/)
  },
)

t.test(
  "in a folder of results files may be added, lost and swapped: no task sees it, and what is lost is put back",
  async (t) => {
    const { lab, path } = await results()
    writeFileSync(path("small/mine.txt"), "mine")
    rmSync(path("small/c.txt"))
    renameSync(path("large/a.bin"), path("large/x.bin"))
    renameSync(path("large/b.bin"), path("large/a.bin"))
    renameSync(path("large/x.bin"), path("large/b.bin"))
    const ran = await lab.json("--exp", "written", "--force", "hash")
    t.same(ran.of("results")[0]!.values, right)
    t.equal((await lab.plain("verify", "--exp", "written", "--stored")).code, 0)
    t.equal(readFileSync(path("small/c.txt"), "utf8"), "small")
    t.ok(existsSync(path("small/mine.txt")), "it is a person's")
  },
)
