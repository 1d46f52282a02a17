// in turn, in CI: it starts processes.
// A result that says where its project lies is another one wherever that lies elsewhere: it is found there, and named.
import { cpSync, rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { type Project, project } from "../../../engine/testing/project.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

const files = {
  "package.json": '{"type":"module"}',
  "experiments/where.ts": `import { Schema } from "effect"
import { experiment, stage } from "refold"
export const where = stage("where", {
  params: Schema.Struct({}), inputs: {}, outputs: { text: "text" },
  run: () => ({ text: "made by " + import.meta.url }),
})
export default experiment("where", {}, () => where({}).text)`,
}

/** The same project at another place, with nothing but what git would bring. */
function movedClone(t: Parameters<typeof project>[0], from: Project): Project {
  const folder = join(temporaryFolder(t), "elsewhere")
  cpSync(from.root, folder, {
    recursive: true,
    filter: (path) => !/node_modules|artifacts/.test(path.slice(from.root.length)),
  })
  const moved = project(t, folder)
  rmSync(folder, { recursive: true })
  return moved
}

t.test(
  "a result that holds a path of its machine is found in a moved clone, and named, by runs and by verify",
  async (t) => {
    const first = project(t, files)
    await first.json("--exp", "where", "--update-lock")
    t.match((await first.json("--exp", "where")).of("lock"), [{ status: "same" }])
    const moved = movedClone(t, first)
    const hint =
      /where: text is .*\n +holds a path of this machine: \/\S+\.mjs; take it out of the result \(import\.meta\.url, cwd\)/
    const held = await moved.plain("--exp", "where", "--locked")
    t.equal(held.code, 3)
    t.match(held.stdout, hint)
    const ran = await moved.json("--exp", "where")
    t.match(ran.of("difference"), [
      {
        difference: {
          what: "output",
          task: "where",
          output: "text",
          details: [/holds a path of this machine/],
        },
      },
    ])
    t.equal(ran.code, 0, "a run that is not held to its lock says so, and no more")
    const verified = await moved.plain("verify", "--exp", "where", "--recompute", "all")
    t.equal(verified.code, 3)
    t.match(verified.stdout, hint)
  },
)
