// Looks at what a task gives before it is kept. It writes nothing.
import { machinePath } from "../../content/machine-paths.ts"
import type { TaskFile } from "../protocol.ts"
import type { Host } from "./host.ts"
import type { Show } from "./inputs-and-outputs.ts"
import { refusingSecrets } from "./telling/masking.ts"

/** Of an output, as many bytes as are searched for a path. */
const searchedAtMost = 16 * 1024 * 1024

/**
 * Tells the log of outputs that hold a path of this machine; throws for one that holds a secret of the task's.
 *
 * @param own folders of the task, beside the project's and for what is temporary
 */
export function looking(
  { settings, stage, secrets = [] }: TaskFile,
  own: ReadonlyArray<string>,
  host: Pick<Host, "print" | "scratch">,
): Show {
  const folders = [settings.root, ...own, host.scratch].filter((each) => each !== undefined)
  let find: (bytes: Uint8Array) => void
  return (name, bytes, at) => {
    if (at === 0) find = secrets.length === 0 ? () => {} : refusingSecrets(stage, `gave "${name}"`)
    find(bytes)
    const path = at > 0 ? undefined : machinePath(bytes.subarray(0, searchedAtMost), folders)
    if (path !== undefined)
      host.print(
        `stage "${stage}" gave "${name}" with a path of this machine in it (${path}): its bytes will differ elsewhere\n`,
      )
  }
}
