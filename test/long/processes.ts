// Processes as the operating system knows them: the children of one, and those that were started with a mark.
import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"

const hasProc = existsSync("/proc/self/stat")

/** @returns the ids of the living children of `parent` */
export function childrenOf(parent: number): ReadonlyArray<number> {
  const pairs = hasProc ? fromProc() : fromPs()
  return pairs.flatMap(([pid, ppid]) => (ppid === parent ? [pid] : []))
}

/** @returns the ids of the living processes whose environment at their start held `NAME=value`, whoever their parent is by now */
export function markedWith(mark: string): ReadonlyArray<number> {
  if (hasProc) return fromProc().flatMap(([pid]) => (environmentOf(pid).includes(mark) ? [pid] : []))
  const lines = execFileSync("ps", ["-A", "-E", "-o", "pid=,command="], { encoding: "utf8" }).split("\n")
  return lines.flatMap((line) => (line.includes(mark) ? [Number.parseInt(line, 10)] : []))
}

type Pair = readonly [pid: number, ppid: number]

function environmentOf(pid: number): ReadonlyArray<string> {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0")
  } catch {
    return [] // it has ended since, or is somebody else's
  }
}

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
