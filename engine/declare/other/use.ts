// An experiment that calls another one: what that wires is wired into this one, under that one's name. It runs nothing.
import { DeclarationError } from "../declaration-error.ts"
import type { AnyExperiment, Experiment, ParamFields, ParamsOf } from "../experiment.ts"
import { ParamError } from "../param-error.ts"
import { experimentParams } from "../params.ts"
import { changing } from "../repeat/repeat.ts"
import type { Call } from "../task.ts"
import { calledIn, calling, callsAtHand } from "./calls.ts"

/**
 * Wires another experiment into this one: `const { rows } = use(survey, { threshold: 0.5 })`. It returns what that one's wiring returns, to be
 * wired on or returned. Labels of its tasks have its name as an axis, `clean@of=survey`, whatever else is wired; keys do not, so that what
 * both experiments need is computed once. Its policy and its gates stay its own.
 *
 * @param params those that are not given have their defaults
 * @param name in labels, where the same experiment is called more than once
 * @throws DeclarationError for params that it does not take, or an experiment that calls itself
 */
/* @__NO_SIDE_EFFECTS__ */
export function use<F extends ParamFields, R>(
  experiment: Experiment<F, R>,
  params: Partial<ParamsOf<F>> = {},
  name: string = experiment.name,
): R {
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    throw new DeclarationError(
      `use(${experiment.name}, …, ${JSON.stringify(name)}): a name is lower-case letters, digits and hyphens, a letter first`,
    )
  const outer = callsAtHand()
  if (outer.some((call) => call.experiment === experiment)) throw new DeclarationError(circle(experiment))
  const given = paramsOf(experiment, params)
  return calling({ experiment, name }, () => {
    const of: Call = { name: calledIn()! }
    return changing(
      (node) => (node.of === undefined ? { ...node, of } : node),
      () => experiment.wire(given),
    )
  })
}

const circle = ({ name }: AnyExperiment): string =>
  `the experiment "${name}" calls itself: ${[...callsAtHand().map((call) => (call.experiment as AnyExperiment).name), name].join(" → ")}`

function paramsOf<F extends ParamFields, R>(
  experiment: Experiment<F, R>,
  params: Partial<ParamsOf<F>>,
): ParamsOf<F> {
  try {
    return experimentParams(experiment, [], params) as ParamsOf<F>
  } catch (failure) {
    if (!(failure instanceof ParamError)) throw failure
    throw new DeclarationError(
      `use(${experiment.name}, …): ${failure.message.replace(/: add --set .*$/, ": give it a value")}`,
    )
  }
}
