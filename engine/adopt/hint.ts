// Whether `adopt` may spare a run, from why keys moved. Pure.
import type { Reason } from "../key/explain.ts"
import type { Difference } from "../report/differences.ts"

const byCode: ReadonlySet<Reason["reason"]> = new Set(["source", "code", "package", "numerics", "key-format"])

/** Nothing that a task is given changed, only what does it; of keys in a format that is not known nobody can tell. */
export const isByCode = (why: ReadonlyArray<Reason>): boolean =>
  why.length > 0 && why.every((each) => byCode.has(each.reason) && !("isKnown" in each && !each.isKnown))

/** All that the lock and today differ in are keys, and code moved each. */
export const areByCode = (differences: ReadonlyArray<Difference>): boolean =>
  differences.length > 0 && differences.every((each) => each.what === "key" && isByCode(each.why))

/** @param stage undefined for all of an experiment */
export const adoptHint = (experiment: string, stage?: string): string =>
  `keys moved by code only: adopt ${stage === undefined ? "" : `${stage} `}--exp ${experiment} computes a sample again instead of all`
