// What a command and all that it has started are, and the memory that they take, as Linux tells it in /proc.
import { readFileSync } from "node:fs"

/** What was seen of a command's processes. */
export interface Tree {
  /** The most megabytes (10⁶ bytes) that they were seen to have in memory at once: what several share is counted once. */
  readonly megabytes: () => number
  /** Those that were seen, by their number: the words that they were started with. */
  readonly commands: ReadonlyMap<number, string>
  readonly stop: () => void
}

/** Looks at them 20 times a second, until it is stopped. Elsewhere than on Linux it sees nothing. */
export function watchTree(pid: number): Tree {
  const commands = new Map<number, string>()
  let most = 0
  const look = (): void => {
    let sum = 0
    for (const each of treeOf(pid)) {
      const words = read(`/proc/${each}/cmdline`)?.split("\0").join(" ").trim()
      if (words !== undefined && words !== "") commands.set(each, words)
      sum += Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${each}/smaps_rollup`) ?? "")?.[1] ?? 0)
    }
    most = Math.max(most, (sum * 1024) / 1e6)
  }
  const timer = setInterval(look, 50)
  return { megabytes: () => most, commands, stop: () => clearInterval(timer) }
}

/** A process and those under it. */
function treeOf(pid: number): ReadonlyArray<number> {
  const children = read(`/proc/${pid}/task/${pid}/children`)
  if (children === undefined) return []
  return [pid, ...children.split(" ").filter(Boolean).map(Number).flatMap(treeOf)]
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return undefined // it has ended, or there is no /proc
  }
}
