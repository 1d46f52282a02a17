// Secrets before a run: those that it will need are there, and none stands where it would be kept. It hands over none.
import * as Effect from "effect/Effect"
import type { StageCode } from "../../code/stage-code.ts"
import type { AnyExperiment } from "../../declare/experiment.ts"
import { encodeExperimentParams } from "../../declare/params.ts"
import type { AnyStage, TaskNode } from "../../declare/task.ts"
import { variableHere } from "../../key/environment.ts"
import type { Plan } from "../../plan/plan.ts"
import type { PlannedTask } from "../../plan/planned.ts"
import { isBound } from "../../plan/wired-outputs.ts"
import { someOf } from "../../report/readers/counted.ts"
import { previewPlan } from "../../run/preview/preview.ts"
import { declaredSecrets, SecretRefused, type Secrets } from "../../worker/secrets.ts"
import type { Place } from "../place.ts"

/** What is to be run. */
interface Subject {
  readonly experiment: AnyExperiment
  readonly params: Readonly<Record<string, unknown>>
  readonly plan: Plan
}

/** Fails with SecretRefused. A run whose tasks are all cached needs no secret. */
export const holdSecrets = Effect.fn("holdSecrets")(function* (
  { root, numerics }: Place,
  subject: Subject,
  codes: Effect.Effect<ReadonlyMap<string, StageCode>, Error>,
  force: ReadonlyArray<string>,
) {
  const { plan } = subject
  const secrets = declaredSecrets()
  if (secrets.names.size === 0) return
  const kept = standingInKeys(subject, secrets)
  if (kept !== undefined) return yield* Effect.fail(new SecretRefused(kept))
  if (!plan.tasks.some((task) => lacks(task, secrets).length > 0)) return
  const { tasks } = yield* previewPlan(plan, yield* codes, { root, numerics, force: new Set(force) })
  const running = tasks.filter(({ status }) => status === "will-run").map(({ task }) => task)
  const lacking = running.filter((task) => lacks(task, secrets).length > 0)
  if (lacking.length === 0) return
  const names = new Set(lacking.flatMap((task) => lacks(task, secrets)))
  const labels = lacking.map(({ label }) => label)
  return yield* Effect.fail(
    new SecretRefused(
      `${[...names].map((name) => secrets.wrong(name)).join("; ")}; ${someOf(labels)} would run with it, and nothing has run`,
    ),
  )
})

/** Names of the secrets of a task that cannot be handed over. */
const lacks = ({ node }: PlannedTask, secrets: Secrets): ReadonlyArray<string> =>
  (node.stage.definition.secrets ?? []).filter((name) => secrets.wrong(name) !== undefined)

/** Names of variables whose values are in the keys of a stage's tasks. */
function variablesOf({ definition }: AnyStage): ReadonlyArray<string> {
  return ("program" in definition ? definition.program.environment : definition.environment) ?? []
}

/** What is wrong where a secret stands in a param or a declared variable, which are in keys; undefined where none does. */
function standingInKeys({ experiment, params, plan }: Subject, secrets: Secrets): string | undefined {
  const names = new Set(plan.tasks.flatMap(({ node }) => variablesOf(node.stage)))
  const variables = [...names].map((name) => [name, variableHere(name)] as const)
  const own = variables.find(([name]) => secrets.names.has(name))
  if (own !== undefined)
    return `${own[0]} is a secret of one stage and in the environment of another, whose key would hold its value: declare it as one of them`
  const given = [
    ...Object.entries(encodeExperimentParams(experiment, params)).map(
      ([name, value]) => [`the param ${name}`, JSON.stringify(value)] as const,
    ),
    ...variables.map(([name, value]) => [`the variable ${name}`, value ?? ""] as const),
    ...plan.tasks.map(({ node, stage }) => [`a param of ${stage}`, wiredText(node)] as const),
  ]
  for (const [what, text] of given) {
    const found = secrets.masks.findIn(text)
    if (found !== undefined)
      return `${what} holds the secret ${found.name} (${found.called}), and would be in keys: give it to the stage as a secret alone`
  }
  return undefined
}

/** What an experiment's wiring itself says of a task, of which its label is made, too; bound params are upstream's. */
const wiredText = ({ params, axes }: TaskNode): string =>
  JSON.stringify([params, axes], (_, value: unknown) =>
    isBound(value) ? null : typeof value === "bigint" ? String(value) : value,
  )
