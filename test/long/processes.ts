// The processes that a process has started, as the operating system knows them.
import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"

/** @returns the ids of the living children of `parent` */
export function childrenOf(parent: number): ReadonlyArray<number> {
  const pairs = existsSync("/proc/self/stat") ? fromProc() : fromPs()
  return pairs.flatMap(([pid, ppid]) => (ppid === parent ? [pid] : []))
}

type Pair = readonly [pid: number, ppid: number]

/** Minimal containers have no `ps`. The name stands in parentheses, and may hold anything. */
const fromProc = (): ReadonlyArray<Pair> =>
  readdirSync("/proc").flatMap((name): ReadonlyArray<Pair> => {
    if (!/^\d+$/.test(name)) return []
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8")
      const [state, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
      return state === "Z" ? [] : [[Number(name), Number(ppid)]]
    } catch {
      return [] // it has ended since
    }
  })

const fromPs = (): ReadonlyArray<Pair> =>
  execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as unknown as Pair)
