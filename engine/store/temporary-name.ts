// What an entry of tmp/ is called, so that whoever cleans up knows its own, and whose it was. It looks at no folder.
import { hostname } from "node:os"
import { digestOf } from "../content/digest.ts"

/** A process's number means nothing on another host. */
const here = digestOf(hostname()).slice(0, 8)

export const temporaryName = (name: string, pid: number, count: number): string =>
  `${name}.${pid}.${count}.${here}.refold`

/** Whose entry it is; undefined for one that is not of the store's making. */
export function temporaryOwner(
  entry: string,
): { readonly pid: number; readonly isHere: boolean } | undefined {
  const [, pid, host] = /\.(\d+)\.\d+\.([0-9a-f]{8})\.refold$/.exec(entry) ?? []
  return pid === undefined ? undefined : { pid: Number(pid), isHere: host === here }
}
