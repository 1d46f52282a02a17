// in turn: it starts processes.
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync, realpathSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import type { Started } from "../../../../engine/testing/command.ts"
import { gone, until } from "../../../../engine/testing/processes.ts"
import { type Project, project } from "../../../../engine/testing/project.ts"

/** Whether a program can leave its group here, and be seen all the same. */
const canEscape = process.platform === "linux" && spawnSync("setsid", ["--version"]).error === undefined

/**
 * It and two that it leaves behind say who they are, and never end by themselves. Two more leave its group, where they can: a child,
 * and one of a child that has ended.
 */
const script = `
echo half > "$2"
tail -f /dev/null & first=$!
(trap '' TERM INT HUP; tail -f /dev/null) & second=$!
${canEscape ? "setsid tail -f /dev/null & setsid sh -c 'cd /; tail -f /dev/null & exit 0'" : ""}
echo "processes $$ $first $second"
if [ "$1" = fails ]; then exit 3; fi
if [ "$1" = done ]; then exit 0; fi
tail -f /dev/null
`
const declared = `
import { Schema } from "effect"
import { experiment, shell } from "refold"
export const endless = shell("endless", {
  params: Schema.Struct({ how: Schema.String }), inputs: {}, outputs: { out: "text" }, script: "endless.sh", starts: ["tail"], deterministic: true,
  arguments: ({ outputs }, { how }) => [how, outputs.out],
})
export default experiment("one", { how: Schema.String.annotations({ default: "waits" }) }, ({ how }) => ({ endless: endless({ how }) }))
`

const files = {
  "package.json": '{"type":"module"}',
  "experiments/one.ts": declared,
  "experiments/endless.sh": script,
}

async function pids(started: Started): Promise<ReadonlyArray<number>> {
  const { text } = await started.event("printed", ({ text }) => text.includes("processes"))
  return text.match(/\d+/g)!.map(Number)
}

/** Processes that have the home of a program of the project in their environment. */
function atHome(lab: Project): ReadonlyArray<string> {
  const home = `HOME=${join(realpathSync(lab.root), "artifacts/tmp")}`
  const isThere = (pid: string): boolean => {
    try {
      const variables = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0")
      return variables.some((each) => each.startsWith(home))
    } catch {
      return false // it has ended
    }
  }
  return readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name) && isThere(name))
}

/** What the store holds. */
const objects = (lab: Project): ReadonlyArray<string> =>
  readdirSync(join(lab.root, "artifacts/objects"), { recursive: true })
    .map(String)
    .filter((name) => /[0-9a-f]{60}/.test(name))

t.test(
  "whatever ends a program, no process of it is left, and no output",
  { skip: process.platform === "win32" && "it has no sh" },
  async (t) => {
    const ways: Readonly<
      Record<
        string,
        {
          readonly args: ReadonlyArray<string>
          readonly act?: (started: Started) => void
          readonly code: number | null
        }
      >
    > = {
      "a time limit": { args: ["--policy", "endless.timeout=5"], code: 1 },
      "Ctrl-C": { args: [], act: ({ child }) => child.kill("SIGINT"), code: 130 },
      "a SIGTERM": { args: [], act: ({ child }) => child.kill("SIGTERM"), code: 130 },
      "a coordinator that is killed": { args: [], act: ({ child }) => child.kill("SIGKILL"), code: null },
      "an exit code": { args: ["--set", "how=fails"], code: 1 },
      "its end": { args: ["--set", "how=done"], code: 0 },
    }
    for (const [way, { args, act, code }] of Object.entries(ways))
      await t.test(way, async (t) => {
        const lab = project(t, files)
        const started = lab.start(["--exp", "one", "--json", ...args])
        const all = await pids(started)
        t.equal(all.length, 3)
        if (canEscape && act !== undefined) t.ok(atHome(lab).length >= 6, `${atHome(lab).length} of it run`)
        act?.(started)
        t.equal((await started.ended).code, code)
        for (const pid of all) t.ok(await gone(pid), `${pid} is gone`)
        if (canEscape) {
          await until(() => atHome(lab).length === 0, 20_000)
          t.same(atHome(lab), [], "and what has left the group")
        }
        const again = lab.start(["--exp", "one", "--json", ...args])
        t.match(
          await again
            .event("task-started", () => true)
            .then(
              () => "ran",
              () => "cached",
            ),
          code === 0 ? "cached" : "ran",
        )
        again.child.kill("SIGINT")
        await again.ended
        t.equal(objects(lab).length, code === 0 ? 2 : 1, "its source, and what it gave where it was done")
      })
  },
)
