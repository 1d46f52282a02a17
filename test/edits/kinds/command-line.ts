// The command line as a person runs it, in another environment: on the warm store it finds everything, and from nothing it gives
// the same. What runs in the coordinator itself is seen in another environment only here.
import { rmSync } from "node:fs"
import { join } from "node:path"
import { repository } from "../../../engine/testing/command.ts"
import { execute } from "../../../engine/testing/processes.ts"
import type { Outcome } from "../running.ts"
import type { World } from "../trial.ts"
import type { Kinds } from "./kind.ts"
import { drawVariable } from "./world.ts"

interface Told {
  readonly event: string
  readonly task?: string
  readonly status?: string
  readonly outputs?: Readonly<Record<string, string>>
}

async function run({ root }: World, artifacts: string, env: Readonly<Record<string, string>>) {
  const args = ["--exp", "random", "--artifacts", artifacts, "--jobs", "1", "--keep-going", "--json"]
  const launcher = join(repository, "engine/build/launch.mjs")
  const { code, stdout, stderr } = await execute(root, process.execPath, [launcher, ...args], env)
  const events = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Told)
  return { code, stderr, tasks: events.filter(({ event }) => event === "task-finished") }
}

/** @returns a line for each task that did not end with what the last run gave */
function differing(last: Outcome, tasks: ReadonlyArray<Told>, where: string): ReadonlyArray<string> {
  return [...last.values()].flatMap(({ label, outputs }) => {
    const found = tasks.find(({ task }) => task === label)
    const isSame = JSON.stringify(entries(found?.outputs)) === JSON.stringify(entries(outputs))
    return isSame ? [] : [`${label} (${found?.status}) gives other bytes on the command line, ${where}`]
  })
}

const entries = (outputs: Told["outputs"]) => Object.entries(outputs ?? {}).sort()

export const commandLine: Kinds = {
  "the command line in another environment": {
    of: "look",
    look: async (world, dice) => {
      const env = drawVariable(dice)
      const warm = await run(world, world.artifacts, env)
      const empty = join(world.artifacts, "../empty")
      const fresh = await run(world, empty, env)
      rmSync(empty, { recursive: true, force: true, maxRetries: 5 })
      const said = JSON.stringify(env)
      const code = [...world.last.values()].some(({ status }) => status === "failed") ? 1 : 0
      return [
        ...(warm.code === code ? [] : [`the command line ends with ${warm.code}, ${said}: ${warm.stderr}`]),
        ...warm.tasks.flatMap(({ task, status }) =>
          status === "ran" ? [`${task} (ran) ran again NEEDLESSLY, ${said}`] : [],
        ),
        ...differing(world.last, warm.tasks, `warm, ${said}`),
        ...differing(world.last, fresh.tasks, `from nothing, ${said}`),
      ]
    },
  },
}
