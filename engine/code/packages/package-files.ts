// The files of a folder with what the disk says of each: paths in a fixed order, links by what they point to.
import { type BigIntStats, readdirSync, readlinkSync, realpathSync, statSync } from "node:fs"
import { relative } from "node:path"

export interface ListedFile {
  /** Relative, with forward slashes. */
  readonly path: string
  /** Of a link, what the disk says of the file that it points to. */
  readonly stats?: BigIntStats
  /** What a link says that leads nowhere, or to a folder that it lies in. */
  readonly target?: string
}

/** Every file that counts by its path, in code-unit order of paths. */
export function listFiles(root: string, isCounted: (path: string) => boolean): ReadonlyArray<ListedFile> {
  const found: Array<ListedFile> = []
  /** @param within the folders that lead here through links, links followed */
  const walk = (folder: string, prefix: string, within: ReadonlyArray<string>): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = `${prefix}${entry.name}`
      if (!isCounted(path)) continue
      const full = `${folder}/${entry.name}`
      if (entry.isDirectory()) {
        walk(full, `${path}/`, within)
        continue
      }
      const stats = statSync(full, { bigint: true, throwIfNoEntry: false })
      if (stats === undefined) found.push({ path, target: slashed(readlinkSync(full)) })
      else if (stats.isFile()) found.push({ path, stats })
      else if (stats.isDirectory()) {
        const here = [...within, realpathSync.native(folder)]
        const linked = realpathSync.native(full)
        const isAbove = here.some((each) => !relative(linked, each).startsWith(".."))
        if (isAbove) found.push({ path, target: slashed(relative(realpathSync.native(root), linked)) })
        else walk(full, `${path}/`, here)
      }
    }
  }
  walk(root, "", [])
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

const slashed = (path: string): string => path.replaceAll("\\", "/")
