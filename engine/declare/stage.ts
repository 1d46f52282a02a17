// Declaring a stage, and calling one to make a task; it knows neither keys nor stores nor how tasks are run.
// In a stage's bundle the functions of this module shrink to what a worker needs (`codeRuntime` in engine/code/bundle.ts).
import type { Schema } from "effect"
import { callingModule } from "./calling-module.ts"
import type { AnyForm, Definition, Form, Program, Traits } from "./form.ts"
import type { Given } from "./given.ts"
import { wrongFresh } from "./observed/observed.ts"
import { wrongPolicy } from "./policy/policy.ts"
import { wrongVariables } from "./policy/variables.ts"
import { placed } from "./repeat/repeat.ts"
import type { Roles } from "./roles.ts"
import type { Outputs } from "./run-context.ts"
import {
  type AnyStage,
  type Axes,
  type Forms,
  node,
  type Output,
  type Stage,
  type Task,
  type TaskNode,
} from "./task.ts"

/** Helps inference: one form of a stage that has several. */
/* @__NO_SIDE_EFFECTS__ */
export function form<P extends AnyParams, const I extends Roles, const O extends Outputs, S>(
  form: Form<Schema.Schema.Type<P>, I, O, S> & { readonly params: P },
): Form<Schema.Schema.Type<P>, I, O> & { readonly params: P } {
  return form
}

/**
 * Declares a stage: a named, typed function of artifacts and params. With `forms`, one stage does its work on several
 * kinds of inputs, each form with kinds, params and a function of its own.
 * Export it from its module under its own name: workers import exactly that export, and its bundled code is in the key.
 *
 * @throws TypeError for a name that would not be safe in a label, or a policy that is none
 */
/* @__NO_SIDE_EFFECTS__ */
export function stage<
  P extends AnyParams,
  const I extends Roles,
  const O extends Outputs,
  S,
  N extends string = never,
>(
  name: string,
  definition: Definition<Schema.Schema.Type<P>, I, O, S, N> & { readonly params: P },
): Stage<Schema.Schema.Type<P>, I, O, Given<P>>
export function stage<const F extends Readonly<Record<string, AnyForm>>>(
  name: string,
  definition: Traits & { readonly forms: F },
): Forms<F>
/* @__NO_SIDE_EFFECTS__ */
export function stage(name: string, definition: AnyDefinition | (Traits & FormsField)): unknown {
  checkName("stage", name)
  const { timeout, retries, resources, mutex, fresh } = definition
  const wrong =
    wrongPolicy({ timeout, retries, resources, mutex }) ??
    wrongFresh(fresh, false) ??
    wrongVariables(definition)
  if (wrong !== undefined) throw new TypeError(`stage "${name}": ${wrong}`)
  const module = callingModule(stage)
  if (!("forms" in definition)) return declared(name, undefined, definition, module)
  const { forms, ...traits } = definition
  return Object.fromEntries(
    Object.entries(forms).map(([form, own]) => [form, declared(name, form, { ...traits, ...own }, module)]),
  )
}

/** @throws TypeError for a name that would not be safe in a label. @param sort what it is the name of */
export function checkName(sort: string, name: string): void {
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    throw new TypeError(`${sort} "${name}": a name is lower-case letters, digits and hyphens, a letter first`)
}

/** All stages that this process has declared, in order, each form of one that has several. */
const all: Array<AnyStage> = []
export const declaredStages = (): ReadonlyArray<AnyStage> => all

/** Their names: those that a policy can be meant for. */
export const declaredNames = (): ReadonlyArray<string> => [...new Set(all.map(({ stageName }) => stageName))]

type AnyParams = Schema.Schema.AnyNoContext

interface FormsField {
  readonly forms: Readonly<Record<string, AnyForm>>
}
// biome-ignore lint/suspicious/noExplicitAny: a definition of any params and roles
type AnyDefinition = Definition<any, any, any>
// biome-ignore lint/suspicious/noExplicitAny: the same, or a command
type AnyWork = AnyDefinition | Program<any, any, any>

/** A stage as it is called, known to this process from here on. @param form of several, which it is */
export function declared(
  name: string,
  form: string | undefined,
  definition: AnyWork,
  module: string | undefined,
): AnyStage {
  const declare = (params: unknown, given: TaskNode["inputs"] = {}, axes?: Axes): Task => {
    const inputs = Object.fromEntries(Object.entries(given).filter(([, wire]) => wire !== undefined))
    const source = placed({ _tag: "Task", stage: self as unknown as AnyStage, params, inputs, axes })
    const outputs = Object.entries(definition.outputs as Outputs).map(
      ([output, kind]): [string, Output<string>] => [output, { _tag: "Output", kind, name: output, source }],
    )
    return Object.assign(Object.fromEntries(outputs), { [node]: source }) as Task
  }
  const self = Object.assign(declare, { _tag: "Stage", stageName: name, form, definition, module })
  all.push(self as unknown as AnyStage)
  return self as unknown as AnyStage
}
