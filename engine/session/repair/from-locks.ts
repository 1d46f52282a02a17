// Results that a ledger lost, as lock files prove them: where today's keys are the lock's, and the outputs that it names are
// intact in the store, a task's result is known whole.
import { Codebase, stageCodes } from "../../code/stage-code.ts"
import { atOnce } from "../../content/steps.ts"
import { isObserved } from "../../declare/observed/observed.ts"
import { experimentParams } from "../../declare/params.ts"
import { recordingFiles } from "../../key/file-records.ts"
import { preImage } from "../../key/fingerprint.ts"
import type { Resolution } from "../../key/resolve.ts"
import type { Observations } from "../../ledger/observations.ts"
import type { OutputRecords } from "../../ledger/records.ts"
import type { Results } from "../../ledger/results.ts"
import { checkCurrent } from "../../lock/current.ts"
import type { Gave } from "../../lock/lines.ts"
import { readLock } from "../../lock/lock-file.ts"
import { plan } from "../../plan/plan.ts"
import type { PlannedTask } from "../../plan/planned.ts"
import { finalMetrics } from "../../run/commit.ts"
import { momentOf } from "../../run/observed/counted.ts"
import type { Store } from "../../store/store.ts"
import type { Place } from "../place.ts"
import { experimentNames, loadExperiment } from "../project.ts"
import type { IntactSize } from "./proven.ts"

interface Services {
  readonly store: Store["Type"]
  readonly results: Results["Type"]
  readonly observations: Observations["Type"]
  readonly intact: IntactSize
}

export interface FromLocks {
  readonly results: number
  readonly observations: number
  /** Experiments whose lock could not be used, with the reason. */
  readonly unused: ReadonlyArray<string>
}

export async function restoreFromLocks(place: Place, services: Services): Promise<FromLocks> {
  const codebase = new Codebase(place.root)
  const counts = { results: 0, observations: 0 }
  const unused: Array<string> = []
  for (const name of experimentNames(place.root)) {
    try {
      await restored(place, name, codebase, services, counts)
    } catch (failure) {
      unused.push(`${name}: ${(failure as Error).message.split("\n")[0]}`)
    }
  }
  return { ...counts, unused }
}

async function restored(
  { root, numerics }: Place,
  name: string,
  codebase: Codebase,
  services: Services,
  counts: { results: number; observations: number },
): Promise<void> {
  const lock = readLock(root, name)
  if (lock === undefined) return
  const experiment = await loadExperiment(root, name)
  const planned = plan(experiment, experimentParams(experiment, []))
  const codes = await stageCodes(planned, codebase)
  const files = atOnce(recordingFiles(root, planned.files))
  const current = atOnce(checkCurrent(lock, { plan: planned, codes, files, numerics }))
  for (const [task, resolution] of current.resolutions) {
    const locked = current.lines[task.label]
    const outputs = locked && current.isCurrent(task) ? heldOutputs(task, locked, services) : undefined
    if (outputs === undefined) continue
    if (isResultRestored(resolution, locked!, outputs, services)) counts.results++
    if (isObserved(task.node.stage) && isObservationRestored(resolution, locked!, outputs, services))
      counts.observations++
  }
}

/** What a lock names; undefined where not all of it is intact in the store. */
function heldOutputs(task: PlannedTask, locked: Gave, { intact }: Services): OutputRecords | undefined {
  const outputs: Record<string, OutputRecords[string]> = {}
  for (const [name, kind] of Object.entries(
    task.node.stage.definition.outputs as Readonly<Record<string, string>>,
  )) {
    const digest = locked.outputs[name]
    const size = digest === undefined ? undefined : intact(digest, kind)
    if (digest === undefined || size === undefined) return undefined
    outputs[name] = { kind, digest, size }
  }
  return outputs
}

/** With the lock's date. Of a moment that the ledger has, it says more itself. */
function isObservationRestored(
  { key, code }: Resolution,
  { observed }: Gave,
  outputs: OutputRecords,
  { observations }: Services,
): boolean {
  if (observed === undefined || observations.of(key).some(({ at }) => at === observed.at)) return false
  observations.add(key, { ...momentOf(observed), outputs, code: code.digest }, observed.nth)
  return true
}

function isResultRestored(
  { key, fingerprint, code }: Resolution,
  locked: Gave,
  outputs: OutputRecords,
  { store, results }: Services,
): boolean {
  if (results.outputs(key) !== undefined) return false
  const result = {
    ...{ key, stage: fingerprint.stage, fingerprint: preImage(fingerprint), sources: code.sources },
    ...{ seconds: 0, states: locked.states ?? null, outputs, adopted: locked.adopted ?? null }, // how long it took, nobody knows any more
  }
  results.commit("repair", result, fingerprint.inputs, finalMetrics(store, outputs))
  return true
}
