// Ends the workers of a coordinator that was killed: a worker within synchronous code hears nothing, so a shell of a megabyte
// waits for the coordinator's end of a pipe to close. Windows ends a process's children with it, and needs none.
import { type ChildProcess, spawn } from "node:child_process"
import { leadsGroup } from "./process-group.ts"

/**
 * Reads which process groups have started and ended; when nobody can tell it more, it kills those that are left, and what has left a
 * group in which a program runs and has its home.
 */
const script = `groups=
while read -r change group home; do
  if [ "$change" = home ]; then eval "home_$group=\\$home"; continue; fi
  if [ "$change" = start ]; then groups="$groups $group"; continue; fi
  left=
  for each in $groups; do [ "$each" = "$group" ] || left="$left $each"; done
  groups=$left
done
for each in $groups; do
  kill -s KILL -- "-$each"
  eval "home=\\$home_$each"
  [ -n "$home" ] || continue
  for process in /proc/[0-9]*; do
    if grep -qsF -- "HOME=$home" "$process/environ"; then kill -s KILL "\${process#/proc/}"; fi
  done
done`

/** How often it is started again when somebody ends it. */
const restarts = 5

export class Guardian {
  /** By their ids, with the home of the program that runs there. */
  readonly #groups = new Map<number, string | undefined>()
  #shell: ChildProcess | undefined
  #starts = 0
  #isOver = false

  /** @param group the id of a process, which leads a group of the same id */
  watch(group: number): void {
    this.#groups.set(group, undefined)
    if (this.#shell === undefined) this.#start()
    else this.#say("start", group)
  }

  /** A program runs in a group from here on. @param home which no other process has */
  home(group: number, home: string): void {
    if (!this.#groups.has(group) || home.includes("\n")) return
    this.#groups.set(group, home)
    this.#say("home", group, home)
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
    for (const [group, home] of this.#groups) {
      this.#say("start", group)
      if (home !== undefined) this.#say("home", group, home)
    }
  }

  #say(change: "start" | "end" | "home", group: number, home = ""): void {
    this.#shell?.stdin?.write(`${change} ${group} ${home}\n`)
  }
}
