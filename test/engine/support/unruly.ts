// The fixture of a project whose stages treat their processes badly, and the processes that they print the ids of.
import { join } from "node:path"
import { repository, type Started } from "../../../engine/testing/command.ts"
import { isAlive } from "../../../engine/testing/processes.ts"
import { type Project, project } from "../../../engine/testing/project.ts"
import type { Teardown } from "../../../engine/testing/temporary-folder.ts"

export const unrulyProject = (t: Teardown): Project => project(t, join(repository, "test/fixtures/unruly"))

/** `--exp unruly` for these acts, one after another. */
export const acting = (...acts: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...["--exp", "unruly", "--json", "--jobs", "1", "--set", `acts=${acts.join()}`],
]

/** The processes whose ids a task printed; they are killed with the test. */
export async function printedPids(
  t: Teardown,
  running: Started,
  act: string,
): Promise<ReadonlyArray<number>> {
  const { text } = await running.event(
    "printed",
    ({ task, text }) => task === `unruly@what=${act}` && /^pid \d+$/m.test(text),
  )
  const pids = [...text.matchAll(/^pid (\d+)$/gm)].map(([, pid]) => Number(pid))
  t.teardown(() => {
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, "SIGKILL")
  })
  return pids
}
