// Which test files share a process: those that start none. Starting one takes longer than what most of them do in it.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

const folder = import.meta.dirname
const files = readdirSync(folder, { recursive: true })
  .filter((file) => file.endsWith(".test.ts") && file !== "all-in-one.test.ts")
  .sort()

/** Files that start processes, most of whose time goes by elsewhere, or that say that they need one of their own. */
const isAlone = (file) =>
  /from "(node:child_process|.*testing\/(project|processes|command)\.ts|.*support\/(chain|lab)\.ts)"|in a process of its own/i.test(
    readFileSync(join(folder, file), "utf8"),
  )

/** Paths as tap is handed them; those of files that share a process, and those of files that have one each. */
const paths = (chosen) => chosen.map((file) => join("test", file))
export const together = paths(files.filter((file) => !isAlone(file)))
export const alone = paths(files.filter(isAlone))
