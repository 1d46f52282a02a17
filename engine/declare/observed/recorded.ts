// Declares a stage whose outputs are observations, such as an API's answers: a pure request, which is its key, and what asks it.
// It knows neither keys nor stores, nor how tasks are run.
import type { Schema } from "effect"
import { baseOf } from "../../content/kind.ts"
import { callingModule } from "../calling-module.ts"
import type { AnyForm, Traits } from "../form.ts"
import type { Given } from "../given.ts"
import { wrongPolicy } from "../policy/policy.ts"
import { wrongVariables } from "../policy/variables.ts"
import { kindOf, type Roles } from "../roles.ts"
import type { Contents, Outputs, RunContext } from "../run-context.ts"
import { checkName, declared } from "../stage.ts"
import type { Stage } from "../task.ts"
import { type Age, wrongFresh } from "./observed.ts"

/** What `observe` is handed beside the request. */
export interface Asking<N extends string = string> {
  /** Aborted when the attempt is over: at its time limit, at Ctrl-C. Hand it to `fetch`. */
  readonly signal: AbortSignal
  /** Values of the secrets that the stage declares, by name. */
  readonly secrets: Readonly<Record<N, string>>
  /** A line for the task's log. */
  readonly log: (line: string) => void
  /**
   * An HTTP response that says that it is one (200 to 299), or an error that tells the status, the first of the body, and, by
   * `Retry-After`, when it may be asked again: `const response = await accepted(fetch(url, { signal }))`.
   */
  readonly accepted: (response: Response | Promise<Response>) => Promise<Response>
}

/**
 * What an error that `observe` throws may say. `retryAfter`: seconds before which asking again is in vain. `isFinal`: asking again is in
 * vain whenever it is, as the request itself is at fault.
 */
export interface Refusal {
  readonly retryAfter?: number
  readonly isFinal?: boolean
}

/** What a recorded stage does. */
export interface Recording<P, I extends Roles, O extends Outputs, Q, N extends string = string> {
  /**
   * What is asked, as plain JSON: with the trial it is the key, so that whatever does not show in it asks nothing again. Pure: it is
   * called twice, under the traps.
   */
  readonly request: (params: P, inputs: RunContext<P, I>["inputs"]) => Q
  /** Asks. Network and clock are its own; what it throws is no answer. */
  readonly observe: (request: Q, asking: Asking<N>) => Contents<O> | Promise<Contents<O>>
}

/** What says whether an answer is still good, for less than it costs to ask again. */
export interface Probe<Q, N extends string = string> {
  /**
   * Asks for what tells the present state of the world from any other, as plain JSON: an ETag, the commit of a branch, the highest number
   * of a table. While it gives what it gave when an answer was observed, that stays good. What it throws, or null, is no answer.
   */
  readonly probe: (request: Q, asking: Asking<N>) => unknown
  /** How long after an answer was observed, or probed last, it is good unprobed. Default: each run probes, once for each request. */
  readonly every?: Age
}

export interface Recorded<P, I extends Roles, O extends Outputs, Q, N extends string = string>
  extends Omit<Traits<N>, "inProcess" | "thread" | "numerics" | "observed" | "fresh">,
    Recording<P, I, O, Q, N> {
  readonly inputs: I
  readonly outputs: O
  /** The param that counts how often the same is asked: in the key, and in the request only if that says it. */
  readonly trial?: keyof P & string
  /** How long an answer is good: a time, counted from when it was observed, or for as long as a probe gives the same. Default: for ever. */
  readonly fresh?: Age | Probe<Q, N>
}

/** Further tries of what is asked, where nothing else is said. */
const usualRetries = 4

/**
 * A stage whose outputs are observed and not computed: `observe` is asked once for each request, and its answer is kept with its date.
 * A change of `observe`, or of a probe, asks nothing again; `forget` does.
 *
 * @throws TypeError for a name that would not be safe in a label, a policy or an age that is none, variables that would be in no key, or an input of kind `file` or `folder`
 */
/* @__NO_SIDE_EFFECTS__ */
export function recorded<
  P extends Schema.Schema.AnyNoContext,
  const I extends Roles,
  const O extends Outputs,
  Q,
  N extends string = never,
>(
  name: string,
  definition: Recorded<Schema.Schema.Type<P>, I, O, Q, N> & { readonly params: P },
): Stage<Schema.Schema.Type<P>, I, O, Given<P>> {
  const { fresh, inputs, allow = [], retries = usualRetries } = definition
  checkName("stage", name)
  const { timeout, resources, mutex } = definition
  const wrong =
    wrongPolicy({ timeout, retries, resources, mutex }) ??
    wrongFresh(fresh, true) ??
    wrongVariables(definition) ??
    wrongEnvironment(definition) ??
    wrongInputs(inputs)
  if (wrong !== undefined) throw new TypeError(`stage "${name}": ${wrong}`)
  const own = { ...definition, observed: true, retries, allow: [...new Set([...allow, "network", "clock"])] }
  return declared(name, undefined, own as never, callingModule(recorded)) as never
}

/** It would change what is asked, and no key. */
const wrongEnvironment = ({ environment = [] }: Pick<Traits, "environment">): string | undefined =>
  environment.length === 0
    ? undefined
    : `its environment names ${environment.join(", ")}, which would stand in no key, as that is made of its request: make it a param that the request has, or, where another value asks the same, one of its secrets`

function wrongInputs(inputs: Roles): string | undefined {
  const role = Object.keys(inputs).find((role) => ["file", "folder"].includes(baseOf(kindOf(inputs[role]!))))
  return role === undefined
    ? undefined
    : `"${role}" is of kind ${kindOf(inputs[role]!)}: a request is made of contents; have a stage read it, and take what that gives`
}

/** The probe of a form of a stage, if it has one. */
export function probeOf(form: AnyForm | Traits): Probe<never>["probe"] | undefined {
  const { fresh } = form as { readonly fresh?: Age | Probe<never> }
  return typeof fresh === "object" ? fresh.probe : undefined
}

/** What a form of a stage asks, if it is a recorded one. */
export const recordingOf = (
  form: AnyForm | Traits,
  // biome-ignore lint/suspicious/noExplicitAny: of any params and roles
): Recording<any, any, any, any> | undefined => ("observe" in form ? (form as never) : undefined)
