// Which test files share a process. Starting one takes longer than what most files do in it, so they have one each only where their
// first line says `// alone: REASON`. Files that say `// in turn: REASON` start processes themselves, where most of their time goes
// by: a few processes take them one after the other, those first that say `, first` behind that, as they take longest. `// alone, in CI: …`
// and `// in turn, in CI: …` are left to CI by `npm test`.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

const folder = import.meta.dirname
const files = readdirSync(folder, { recursive: true })
  .filter((file) => file.endsWith(".test.ts") && !/^(all-in-one|queue-\d)\.test\.ts$/.test(file))
  .sort()

const texts = new Map(files.map((file) => [file, readFileSync(join(folder, file), "utf8")]))
const first = new Map(files.map((file) => [file, texts.get(file).split("\n", 1)[0]]))
const saying = (words) => files.filter((file) => words.test(first.get(file)))
const isFirst = (file) => /^\/\/ in turn(, in CI)?, first:/.test(first.get(file))
/** Paths as tap is handed them. */
const paths = (chosen) => chosen.map((file) => join("test", file))

const isApart = /^\/\/ (alone|in turn)(, in CI)?(, first)?: \S/
export const together = paths(files.filter((file) => !isApart.test(first.get(file))))
/** What is taken last should not take long: those that say so come first, then the longest text. */
export const inTurn = paths(
  saying(/^\/\/ in turn(, in CI)?(, first)?: \S/).sort(
    (a, b) => Number(isFirst(b)) - Number(isFirst(a)) || texts.get(b).length - texts.get(a).length,
  ),
)
export const alone = paths(saying(/^\/\/ alone(, in CI)?: \S/))
/** Of the latter two those that are left to CI and to `npm run test:long`: each starts many command lines, or mounts disks. */
export const slow = paths(saying(/^\/\/ (alone|in turn), in CI(, first)?: \S/))
