// Bound params: replaced by the values that upstream decided, as though written in the experiment, or refused. Pure.
import { CanonicalError, canonical, type Json } from "../content/canonical.ts"
import { below } from "../declare/issue-text.ts"
import { ParamError } from "../declare/param-error.ts"
import { encodeParams } from "../declare/params.ts"
import type { Bound, Output } from "../declare/task.ts"
import { valueText } from "../declare/value-text.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { isBound } from "../plan/wired-outputs.ts"

/** A value that upstream decided and that the param which is bound to it cannot take: which, of what, and what is allowed. */
export class BoundValueRefused extends Error {
  readonly _tag = "BoundValueRefused"
}

/**
 * The encoded params of a task, some of them bound.
 *
 * @param decided the value that an output holds
 * @throws BoundValueRefused, and whatever `decided` throws of an artifact that cannot be read
 */
export function boundParams(task: PlannedTask, decided: (output: Output<string>) => Json): Json {
  const taken: Array<Taken> = []
  const params = withValues(task, task.node.params, "", decided, taken)
  try {
    const encoded = encodeParams(task.label, task.node.stage.definition.params, params)
    canonical(encoded, `${task.label}: params`)
    return encoded
  } catch (failure) {
    if (!(failure instanceof ParamError || failure instanceof CanonicalError)) throw failure
    const refusal = failure.message.replace(`${task.label}: `, "")
    throw new BoundValueRefused(`its param ${refusal}; ${sourcesText(task, refusal, taken)}`)
  }
}

/** A bound param, and the value that it takes. */
interface Taken {
  readonly param: string
  readonly bound: Bound
  readonly value: unknown
}

/** Where the value of the param that a refusal names comes from; of all that are bound, if it names none. */
function sourcesText(task: PlannedTask, refusal: string, taken: ReadonlyArray<Taken>): string {
  const named = taken.find(({ param }) => refusal.startsWith(`${param} `))
  if (named !== undefined) return `it is bound to ${sourceOf(task, named.bound)}`
  const holding = taken.filter(({ param }) => refusal.startsWith(param))
  return (holding.length > 0 ? holding : taken)
    .map(({ param, bound, value }) => `${param} is bound to ${sourceOf(task, bound)}, ${valueText(value)}`)
    .join("; ")
}

/** Such as `"rate" of the output choice of select`. */
function sourceOf(task: PlannedTask, { output, path }: Bound): string {
  const { source, name } = output
  const maker =
    source._tag === "File"
      ? `the file ${source.path}`
      : source._tag === "Item"
        ? name
        : source._tag === "Choice"
          ? `the output ${name} of a match`
          : `the output ${name} of ${task.upstream.find(({ node }) => node === source)!.label}`
  return path.length === 0 ? maker : `${JSON.stringify(path.join("."))} of ${maker}`
}

function withValues(
  task: PlannedTask,
  params: unknown,
  at: string,
  decided: (output: Output<string>) => Json,
  taken: Array<Taken>,
): unknown {
  const inside = (name: string | number, value: unknown): unknown =>
    withValues(task, value, at === "" ? String(name) : below(at, name), decided, taken)
  if (isBound(params)) {
    const value = takenValue(task, params, at, decided)
    taken.push({ param: at, bound: params, value })
    return value
  }
  if (Array.isArray(params)) return params.map((item, i) => inside(i, item))
  if (typeof params !== "object" || params === null || Object.getPrototypeOf(params) !== Object.prototype)
    return params
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, inside(name, value)]))
}

function takenValue(
  task: PlannedTask,
  bound: Bound,
  at: string,
  decided: (output: Output<string>) => Json,
): unknown {
  let whole: unknown
  try {
    whole = decided(bound.output)
  } catch (failure) {
    if (!(failure instanceof SyntaxError)) throw failure
    const what = sourceOf(task, { ...bound, path: [] })
    throw new BoundValueRefused(`its param ${at} is bound to ${what}, which is no JSON (${failure.message})`)
  }
  let value = whole
  for (const field of bound.path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, field))
      throw new BoundValueRefused(
        `its param ${at} is bound to ${sourceOf(task, bound)}, which has no such field: ${valueText(whole)}`,
      )
    value = (value as Readonly<Record<string, unknown>>)[field]
  }
  return value
}
