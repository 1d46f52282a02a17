// Whether test files that are not to share one process say so in their first line, as all-in-one.mjs reads it.
import { existsSync } from "node:fs"
import { join, posix } from "node:path"
import t from "tap"
import { root, testFiles, textOf } from "./support/sources.ts"

const imports = (path: string): ReadonlyArray<string> =>
  [...textOf(path).matchAll(/^(?:import .*|\} )from "([^"]*)"/gm)].map(([, target]) => target!)

/** Whether a file imports what starts processes, threads or a bundler, by itself or by what tests share. */
const starts = (path: string, way: ReadonlyArray<string> = []): boolean =>
  !way.includes(path) &&
  imports(path).some((target) => {
    if (!target.startsWith(".")) return /^(node:child_process|node:worker_threads|esbuild)$/.test(target)
    const file = posix.join(posix.dirname(path), target)
    if (/^engine\/testing\/(project|command|processes)\.ts$/.test(file)) return true
    return file.startsWith("test/") && existsSync(join(root, file)) && starts(file, [...way, path])
  })

t.test(
  "a test that starts processes, threads or a bundler says in its first line that it is alone, or that it comes in turn",
  async (t) => {
    const starting = testFiles.filter((path) => path.endsWith(".test.ts") && starts(path))
    t.ok(starting.includes("test/engine/run/failure.test.ts") && starting.length > 20, "they are found")
    t.same(
      starting.filter((path) => !/^\/\/ (alone|in turn)(, in CI)?(, first)?: \S/.test(textOf(path))),
      [],
    )
  },
)
