// Which branch a value takes, and what a step takes then. Pure.
import { canonical, type Json } from "../content/canonical.ts"
import type { Bound, Branch, ChoiceNode, Output } from "../declare/task.ts"
import { valueText } from "../declare/value-text.ts"
import { nameOf } from "./items.ts"
import type { PlannedStep } from "./planned.ts"
import type { Source } from "./wired-outputs.ts"

/** An upstream value on which nothing can be decided: what is wrong with it. */
export class ConditionRefused extends Error {
  readonly _tag = "ConditionRefused"
}

/** What a choice comes to: an output, none (null), or nothing yet (undefined). */
export type Decide = (choice: ChoiceNode) => Branch["output"] | null | undefined

/**
 * @param whole what the artifact holds that decides
 * @param maker how messages call what gives it: `the output choice of select`
 * @throws ConditionRefused for a value without the field that decides, or one that no branch of a match is for
 */
export function takenBranch(
  { by, on, branches }: ChoiceNode,
  whole: Json,
  maker: () => string,
): Branch["output"] | null {
  const value = decidingField(on, whole, maker)
  const isTaken = ({ values }: Branch): boolean =>
    by === "match" ? nameOf(value) === values[0] : values.some((each) => canonical(each) === canonical(value))
  const taken = branches.find(isTaken)
  if (taken !== undefined) return taken.output
  if (by === "when") return null
  const names = branches.map(({ values }) => String(values[0]))
  throw new ConditionRefused(
    `${fieldText(on, maker)} is ${valueText(value)}, for which its match has no branch: there is ${names.join(", ")}`,
  )
}

export const fieldText = ({ path }: Bound, maker: () => string): string =>
  path.length === 0 ? maker() : `${JSON.stringify(path.join("."))} of ${maker()}`

/** @throws ConditionRefused where there is no such field */
export function decidingField(on: Bound, whole: Json, maker: () => string): Json {
  let value = whole
  for (const field of on.path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, field))
      throw new ConditionRefused(
        `what decides is ${fieldText(on, maker)}, which has no such field: ${valueText(whole)}`,
      )
    value = (value as Readonly<Record<string, Json>>)[field]!
  }
  return value
}

/** An output on which nothing decides. */
export interface DecidedOutput extends Output<string> {
  readonly source: Exclude<Output<string>["source"], ChoiceNode>
}

/** The output that one comes to, where it is known: none (null), or nothing yet (undefined). */
export function outputTaken(output: Branch["output"], decide: Decide): DecidedOutput | null | undefined {
  let at: Branch["output"] | null | undefined = output
  while (at != null && at.source._tag === "Choice") at = decide(at.source)
  return at as DecidedOutput | null | undefined
}

/** Where steps are planned. */
export interface PlannedSteps {
  readonly task: (node: Extract<Source, { _tag: "Task" }>) => PlannedStep
  readonly group: (node: Extract<Source, { _tag: "Group" }>) => PlannedStep
}

export const plannedStep = (source: Source, planned: PlannedSteps): PlannedStep | undefined => {
  const task = source._tag === "Item" ? source.from : source
  if (task?._tag === "Task") return planned.task(task)
  return source._tag === "Group" ? planned.group(source) : undefined
}

/** The steps whose outputs one takes, as choices come out; undefined where some of that is not known. */
export function stepsTaken(
  { sure, choices }: Pick<PlannedStep, "sure" | "choices">,
  decide: Decide,
  planned: PlannedSteps,
): ReadonlyArray<PlannedStep> | undefined {
  if (choices.length === 0) return sure
  const steps = new Set(sure)
  const open: Array<Source> = [...choices]
  for (let source = open.pop(); source !== undefined; source = open.pop()) {
    const step = plannedStep(source, planned)
    if (step !== undefined) steps.add(step)
    if (source._tag !== "Choice") continue
    const taken = decide(source)
    if (taken === undefined) return undefined
    open.push(source.on.output.source)
    if (taken !== null) open.push(taken.source)
  }
  return [...steps]
}
