// Ends the workers of a coordinator that was killed: a worker within synchronous code hears nothing, so a shell of a megabyte
// waits for the coordinator's end of a pipe to close. Windows ends a process's children with it, and needs none.
import { type ChildProcess, spawn } from "node:child_process"
import { leadsGroup } from "./process-group.ts"

/** Reads which process groups have started and ended; when nobody can tell it more, it kills those that are left. */
const script = `groups=
while read -r change group; do
  if [ "$change" = start ]; then groups="$groups $group"; continue; fi
  left=
  for each in $groups; do [ "$each" = "$group" ] || left="$left $each"; done
  groups=$left
done
for each in $groups; do kill -s KILL -- "-$each"; done`

/** How often it is started again when somebody ends it. */
const restarts = 5

export class Guardian {
  readonly #groups = new Set<number>()
  #shell: ChildProcess | undefined
  #starts = 0
  #isOver = false

  /** @param group the id of a process, which leads a group of the same id */
  watch(group: number): void {
    this.#groups.add(group)
    if (this.#shell === undefined) this.#start()
    else this.#say("start", group)
  }

  forget(group: number): void {
    if (this.#groups.delete(group)) this.#say("end", group)
  }

  end(): void {
    this.#isOver = true
    this.#shell?.stdin?.end()
  }

  #start(): void {
    if (!leadsGroup || this.#isOver || this.#starts++ > restarts) return
    const shell = spawn("/bin/sh", ["-c", script], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
      cwd: "/",
      env: {},
    })
    this.#shell = shell
    shell.on("error", () => {}) // no shell: workers end when they next listen
    shell.stdin!.on("error", () => {})
    shell.on("exit", () => {
      this.#shell = undefined
      if (this.#groups.size > 0) this.#start()
    })
    shell.unref()
    ;(shell.stdin as unknown as { unref(): void }).unref()
    for (const group of this.#groups) this.#say("start", group)
  }

  #say(change: "start" | "end", group: number): void {
    this.#shell?.stdin?.write(`${change} ${group}\n`)
  }
}
