// What was thrown, told as data, whatever it is: an error with its causes, Effect's, or no error at all. It never throws.
import { inspect, types } from "node:util"
import * as Cause from "effect/Cause"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import { bounded, messageAtMost } from "../../../content/bounded.ts"
import type { Thrown } from "../../protocol.ts"
import { hiding } from "../telling/masking.ts"

export interface ThrownWithCauses extends Thrown {
  readonly causes: ReadonlyArray<Thrown>
}

const causesAtMost = 8
const linesAtMost = 50
const lineAtMost = 500
const stackAtMost = 100_000
const tagAtMost = 100

/** Something thrown, and lines of its stack that are known beside its own. */
interface Given {
  readonly value: unknown
  readonly spans?: ReadonlyArray<string>
}

export function describeThrown(thrown: unknown): ThrownWithCauses {
  const [first = { value: undefined }, ...others] = unwrapped({ value: thrown })
  const seen = new Set<unknown>([thrown, first.value])
  const causes: Array<Thrown> = []
  let waiting = [...under(first.value), ...others]
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (seen.has(next.value)) continue
    seen.add(next.value)
    if (causes.length === causesAtMost) {
      causes.push({ tag: "LeftOut", message: "further causes are left out", stack: [] })
      break
    }
    causes.push(one(next))
    waiting = [...under(next.value), ...waiting]
  }
  return { ...one(first), causes }
}

/** What stands behind an error, nearest first. */
function under(value: unknown): ReadonlyArray<Given> {
  if (!isObject(value)) return []
  const cause = read(value, "cause")
  const errors = areErrors(value) ? value : read(value, "errors")
  const all = [...(cause === undefined ? [] : [cause]), ...(Array.isArray(errors) ? errors : [])]
  return all.slice(0, causesAtMost + 1).flatMap((each) => unwrapped({ value: each }))
}

/** Of a failure of Effect, what it failed with; of anything else, itself. */
function unwrapped(given: Given): ReadonlyArray<Given> {
  const found = orNothing(() => {
    const { value } = given
    const cause = Runtime.isFiberFailure(value) ? value[Runtime.FiberFailureCauseId] : value
    if (!Cause.isCause(cause)) return [given]
    const values = Cause.reduce<ReadonlyArray<unknown>, unknown>(cause, [], (found, part) => {
      if (part._tag === "Fail") return Option.some([...found, part.error])
      return part._tag === "Die" ? Option.some([...found, part.defect]) : Option.none()
    })
    if (values.length === 0) return [{ value: new Interrupted("the stage's Effect was interrupted") }]
    const pretty = Cause.prettyErrors(cause) // in the same order; they know the spans
    return values.map((value, i) => ({ value, spans: lines(pretty[i]?.stack) }))
  })
  return found ?? [given]
}

class Interrupted extends Error {
  readonly _tag = "Interrupted"
}

function one({ value, spans = [] }: Given): Thrown {
  const message = messageOf(value)
  const own = lines(isObject(value) ? read(value, "stack") : undefined, message)
  const stack = [...own, ...spans.filter((line) => !own.includes(line))]
  const masks = hiding() // before anything is cut short: half a secret is not found any more
  return {
    tag: bounded(masks.text(tagOf(value)), tagAtMost),
    message: bounded(masks.text(message)),
    stack: masks.plain(stack),
  }
}

/** Of an error its tag, or the name of its class; of anything else that it was thrown. */
function tagOf(value: unknown): string {
  if (!isObject(value)) return "Thrown"
  const tag = read(value, "_tag")
  if (typeof tag === "string" && tag !== "") return tag
  if (!isError(value)) return "Thrown"
  const made = read(value, "constructor")
  const names = [read(value, "name"), isObject(made) ? read(made, "name") : undefined]
  return (
    (names.find((name) => typeof name === "string" && name !== "" && name !== "Error") as string) ?? "Error"
  )
}

/** Fields of an error that are told otherwise. */
const aside = ["_tag", "name", "message", "stack", "cause", "errors"]

/** Of an error without a message, its fields. */
function messageOf(value: unknown): string {
  if (typeof value === "string") return value === "" ? "an empty string was thrown" : value
  if (areErrors(value)) return value.map(messageOf).join("; ")
  if (!isError(value)) return shown(value)
  const message = read(value, "message")
  if (typeof message === "string" && message !== "") return message
  const names = (orNothing(() => Object.keys(value)) ?? []).filter((name) => !aside.includes(name))
  return names.length === 0
    ? "no message was given"
    : shown(Object.fromEntries(names.map((name) => [name, read(value, name)])))
}

const shown = (value: unknown): string =>
  orNothing(() => inspect(value, { depth: 2, breakLength: 110, maxStringLength: messageAtMost })) ??
  "something was thrown that cannot be shown"

/** The lines of a stack that name a place, without the message, which may look like one. */
function lines(stack: unknown, message = ""): ReadonlyArray<string> {
  if (typeof stack !== "string") return []
  const head = message === "" ? -1 : stack.indexOf(message)
  return stack
    .slice(head < 0 ? 0 : head + message.length, stackAtMost)
    .split("\n")
    .filter((line) => line.length <= lineAtMost && /:\d+:\d+\)?$/.test(line))
    .map((line) => line.trim())
    .filter((line, at, all) => line !== all[at - 1]) // of a recursion without end, one
    .slice(0, linesAtMost)
}

const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function"

/** Also one of another realm, or behind a proxy. */
const isError = (value: unknown): value is object =>
  isObject(value) && (types.isNativeError(value) || orNothing(() => value instanceof Error) === true)

/** Several errors in a list, as Effect's `validateAll` fails with. */
const areErrors = (value: unknown): value is ReadonlyArray<object> =>
  orNothing(() => Array.isArray(value) && value.length > 0 && value.every(isError)) === true

/** A property, whose getter may throw. */
const read = (value: object, name: string): unknown =>
  orNothing(() => (value as Record<string, unknown>)[name])

/** Of what was thrown nothing can be trusted: to look at it may throw. */
export function orNothing<A>(act: () => A): A | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
