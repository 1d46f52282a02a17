// Which test files share a process: all but those whose first line says `// alone: REASON`. Starting a process takes longer
// than what most of them do in it. What says `// alone, in CI: REASON` takes so long that `npm test` leaves it to CI.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

const folder = import.meta.dirname
const files = readdirSync(folder, { recursive: true })
  .filter((file) => file.endsWith(".test.ts") && file !== "all-in-one.test.ts")
  .sort()

/** Files that start processes, most of whose time goes by elsewhere, or that change what is global. */
const isAlone = (file) => /^\/\/ alone(, in CI)?: \S/.test(textOf(file))
const isSlow = (file) => /^\/\/ alone, in CI: /.test(textOf(file))
function textOf(file) {
  return readFileSync(join(folder, file), "utf8")
}

/** Paths as tap is handed them; those of files that share a process, and those of files that have one each. */
const paths = (chosen) => chosen.map((file) => join("test", file))
export const together = paths(files.filter((file) => !isAlone(file)))
export const alone = paths(files.filter(isAlone))
/** Those of `alone` that are left to CI and to `npm run test:long`: each starts many command lines, or mounts disks. */
export const slow = paths(files.filter(isSlow))
