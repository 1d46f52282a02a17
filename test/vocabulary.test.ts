// What may not be said where: words of one house in the other, and whatever differs from run to run.
import t from "tap"
import { isScript, linesWith } from "./support/sources.ts"

/** The lines of some files where a pattern stands in code. */
const found = (isGuarded: (path: string) => boolean, pattern: RegExp): ReadonlyArray<string> =>
  linesWith(pattern, (path) => isGuarded(path) && !isScript(path))

t.test("stages and ml use nothing that differs from run to run or from place to place", async (t) => {
  // Panels stand on a page in a browser, where a clock may be looked at: no result is made of what they do.
  const isHashed = (path: string): boolean => /^(stages|ml(?!\/explorer\/panels))\//.test(path)
  t.same(found(isHashed, /\bMath\.random\b|\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/), [])
  t.same(found(isHashed, /\.localeCompare\b|\.toLocale\w*\b|\bIntl\./), [])
})

t.test("no word of machine learning stands in the engine's code", async (t) => {
  const isEngine = (path: string): boolean => path.startsWith("engine/")
  t.same(found(isEngine, /\b(epochs?|dropout|accuracy|weights|gradients?|neural|lenet|mnist)\b/i), [])
})

t.test("no word of stages or engine stands in the code of ml", async (t) => {
  t.same(
    found((path) => path.startsWith("ml/"), /["'`/](engine|stages)\/|\brefold\b/i),
    [],
  )
})

t.test("the coordinator prints through one place, which lets no control character through", async (t) => {
  const isOwn = (path: string): boolean =>
    /^(engine\/(cli|run|session|report|verify|lock|ledger|store|plan|key|code)\/|pipeline)/.test(path)
  const toFiles = "engine/run/log/attempt-log.ts" // bytes of a log
  const prints = /\bprocess\.(stdout|stderr)\b|\bconsole\.|\bwriteSync\(/
  t.ok(
    found(isOwn, prints).some((line) => line.startsWith("engine/cli/output.ts")),
    "it is found",
  )
  t.same(
    found(
      (path) => isOwn(path) && path !== toFiles && !/^engine\/cli\/(output|process\/channel)\.ts$/.test(path),
      prints,
    ),
    [],
  )
})
