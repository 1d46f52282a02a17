// What an earlier layer gives that a later one names; it knows no layer in particular.
import { ImpossibleNetwork } from "./impossible-network.ts"
import type { Shape } from "./shape.ts"

/** The shape that `earlier` gives. Throws ImpossibleNetwork in the name of `layer` where there is no such layer before it. */
export function namedOutput(
  layer: string,
  earlier: string,
  outputOf: (earlier: string) => Shape | undefined,
): Shape {
  const output = outputOf(earlier)
  if (output === undefined)
    throw new ImpossibleNetwork({ layer, reason: `no layer before it is called ${earlier}` })
  return output
}
