// Random tests draw the same cases each time, so that a failure is met again; REFOLD_TEST_SEED=N draws others.
import "./script-imports.mjs"
import fc from "fast-check"
import { count, isLong } from "./counts.ts"

fc.configureGlobal({ seed: Number(process.env.REFOLD_TEST_SEED ?? 1), numRuns: count(100, 1000) })

/** `npm run test:long` prints how many cases were tried: each file's process ends with a line that says so. */
if (isLong) {
  let tried = 0
  const reporter = (details) => {
    tried += details.numRuns
    if (details.failed) throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance })
  }
  fc.configureGlobal({ ...fc.readConfigureGlobal(), reporter })
  process.once("exit", () => tried > 0 && process.stdout.write(`# random cases: ${tried}\n`))
}
