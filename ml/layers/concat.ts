// Maps side by side, channel after channel: what earlier layers gave, and then its input. Values are moved, and nothing computed.
import * as Schema from "effect/Schema"
import { at, type Count, FLOAT, type Pointer, stride } from "../kernels/quantities.ts"
import { declared, Name, name } from "./parts/fields.ts"
import { ImpossibleNetwork } from "./parts/impossible-network.ts"
import type { LayersModelForm } from "./parts/layers-model.ts"
import { namedOutput } from "./parts/named-output.ts"
import type { PytorchForm } from "./parts/pytorch.ts"
import type { CostRule, LayerShape, Shape, ShapeRule } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"
import { type Activations, activations, type Site, type Unit, type UnitMaker } from "./parts/unit.ts"

/** Joins the channels (or flat values) of the layers named, in that order, and of its input at the end. */
export const Concat = /* @__PURE__ */ declared(() =>
  Schema.Struct({
    type: Schema.Literal("concat"),
    name,
    /** Earlier layers, whose maps are of the same height and width. */
    joins: Schema.NonEmptyArray(Name),
  }),
)
export type Concat = typeof Concat.Type

export const shape: ShapeRule<Concat> = ({ joins }, name, input, outputOf) => {
  const all = [...joins.map((earlier) => namedOutput(name, earlier, outputOf)), input]
  const places = (of: Shape): string => of.slice(0, -1).join("×")
  const other = all.findIndex((of) => of.length !== input.length || places(of) !== places(input))
  if (other >= 0)
    throw new ImpossibleNetwork({
      layer: name,
      reason: `it joins ${joins[other]}, which gives ${all[other]!.join("×")}, to ${input.join("×")}: height and width must be the same`,
    })
  const channels = all.reduce((sum, of) => sum + of.at(-1)!, 0)
  return { output: (input.length === 1 ? [channels] : [input[0], input[1], channels]) as Shape, takes: joins }
}

/** Neither map is asked for on the way back. */
export const cost: CostRule<Concat> = () => ({ multiplyAdds: 0, inPlace: false })

export const unit: UnitMaker<Concat> = (site, { shape, input, taken }) => ({
  unit: unitOf(site, shape, input, taken),
  takes: 1,
})

/** A map that is joined: its channels, where they begin among all, and where its gradient goes. */
interface Joined {
  readonly map: Activations
  readonly channels: Count
  readonly first: Count
  readonly gradient: Pointer | 0
}

function unitOf(
  site: Site,
  { output: outputShape }: LayerShape<Concat>,
  input: Activations,
  taken: ReadonlyArray<Activations>,
): Unit {
  const { kernels, arena, rows: most } = site
  const all = outputShape.at(-1)!
  const output = activations(
    site,
    outputShape.reduce<number>((a, b) => a * b, 1),
    true,
  )
  const positions = output.size / all
  const back = taken.map(({ rowBytes }) => arena.allocate(most * rowBytes, "gradients of maps"))
  let first = 0
  const joined = [...taken, input].map((map, i): Joined => {
    const channels = map.size / positions
    first += channels
    return { map, channels, first: first - channels, gradient: back[i] ?? map.gradient }
  })
  const [ownRow, allRow] = [({ channels }: Joined) => stride(channels * FLOAT), stride(all * FLOAT)]
  return {
    output,
    back,
    forward: (rows) => {
      for (const one of joined)
        // biome-ignore format: one group of arguments a line
        kernels.copyRows(
          one.map.values, one.map.rowBytes, ownRow(one),
          at(output.values, one.first * FLOAT), output.rowBytes, allRow,
          rows, positions, ownRow(one))
    },
    backward: (rows) => {
      for (const one of joined)
        if (one.gradient !== 0)
          // biome-ignore format: one group of arguments a line
          kernels.copyRows(
            at(output.gradient, one.first * FLOAT), output.rowBytes, allRow,
            one.gradient, one.map.rowBytes, ownRow(one),
            rows, positions, ownRow(one))
    },
  }
}

export const tensorflow: TensorflowForm<Concat> = ({ tf }, _, value, taken) =>
  tf.concat([...taken, value], -1)

/** `torch.cat` in `forward`: it has no module. */
export const pytorch: PytorchForm<Concat> = () => ({})

export const layersModel: LayersModelForm<Concat> = () => ({ className: "Concatenate", config: { axis: -1 } })
