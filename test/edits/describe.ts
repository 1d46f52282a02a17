// What a task's result is a function of, as text: while it is the same, the task must not run again.
import { bindingsOf, type Given, type Plain, type Project } from "./project/model.ts"
import { reachOf } from "./project/reach.ts"
import type { Ended, Outcome } from "./running.ts"

const reaches = new WeakMap<Project, Map<string, string>>()

/** @param outcome of the whole run, for params that are bound to what upstream gave */
export function description(project: Project, id: number, { inputs }: Ended, outcome: Outcome): string {
  const { stage, form, params } = project.tasks.find((task) => task.id === id)!
  const { body } = bindingsOf(project).get(stage)!.binding
  if (body.tag !== "stage") throw new TypeError(`${stage} is no stage`)
  const given = new Map(params)
  const values = body.stage.forms[form]!.fields.map(
    ({ name, default: usual }): readonly [string, unknown] => {
      const own = given.get(name)
      return [name, own === undefined ? sorted(usual!) : givenValue(project, own, outcome)]
    },
  )
  return JSON.stringify([
    body.stage.name,
    form,
    reachOnce(project, stage, form),
    values.sort(byName),
    Object.entries(inputs).sort(byName),
  ])
}

function reachOnce(project: Project, stage: string, form: string): string {
  const known = reaches.get(project) ?? new Map<string, string>()
  reaches.set(project, known)
  const name = `${stage} ${form}`
  const reach = known.get(name) ?? reachOf(project, stage, form)
  known.set(name, reach)
  return reach
}

function givenValue({ experimentParams }: Project, given: Given, outcome: Outcome): unknown {
  if ("plain" in given) return sorted(given.plain)
  if ("experimentParam" in given) return experimentParams[given.experimentParam]
  return `value ${outcome.get(given.boundTo)!.outputs.out}`
}

const sorted = (value: Plain): unknown =>
  typeof value === "object" && !Array.isArray(value) ? Object.entries(value).sort(byName) : value

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)
