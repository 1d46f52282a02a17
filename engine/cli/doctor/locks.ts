// What `doctor` says of the lock files: whether today's code and declarations still give their keys. No data is looked at.
import * as Effect from "effect/Effect"
import { Codebase, stageCodes } from "../../code/stage-code.ts"
import type { Steps } from "../../content/steps.ts"
import type { AnyExperiment } from "../../declare/experiment.ts"
import { experimentParams } from "../../declare/params.ts"
import { recordingFiles } from "../../key/file-records.ts"
import type { NumericsRegistry } from "../../key/numerics.ts"
import { checkCurrent } from "../../lock/current.ts"
import { readLock } from "../../lock/lock-file.ts"
import { planning } from "../../plan/plan.ts"
import { counted } from "../../report/readers/counted.ts"
import { inTurns } from "../../run/turns.ts"
import { experimentNames, loadExperiment } from "../../session/project.ts"
import { broken, type Finding, fine, missing, type Probe } from "./finding.ts"

/** @param numerics of the default backend, which is what locks hold */
export const locks = (numerics: () => NumericsRegistry): Probe => ({
  about: "lock files",
  ask: async ({ root }) => {
    const codebase = new Codebase(root)
    const findings: Array<Finding> = []
    for (const name of experimentNames(root)) findings.push(await lockOf(root, name, codebase, numerics))
    return findings
  },
})

async function lockOf(
  root: string,
  name: string,
  codebase: Codebase,
  numerics: () => NumericsRegistry,
): Promise<Finding> {
  const renew = `--exp ${name} --update-lock`
  let experiment: AnyExperiment
  try {
    experiment = await loadExperiment(root, name)
  } catch (failure) {
    return broken(name, (failure as Error).message, "mend the module: the other experiments do without it")
  }
  try {
    const planned = await inOwnTurns(() => planning(experiment, experimentParams(experiment, [])))
    const lock = readLock(root, name)
    if (lock === undefined) return missing(name, "no lock file", renew)
    const codes = await stageCodes(planned, codebase)
    const files = await inOwnTurns(() => recordingFiles(root, planned.files))
    const today = { plan: planned, codes, files, numerics: numerics() }
    const { differences } = await inOwnTurns(() => checkCurrent(lock, today))
    if (differences.length === 0) return fine(name, "current", { differences: 0 })
    return missing(
      name,
      `stale: ${counted(differences.length, "difference")}; verify --exp ${name} names them`,
      null,
    )
  } catch (failure) {
    return broken(name, (failure as Error).message, renew)
  }
}

/** With turns in between for whoever asks to end. */
const inOwnTurns = <A>(begin: () => Steps<A>): Promise<A> => Effect.runPromise(inTurns(begin))
