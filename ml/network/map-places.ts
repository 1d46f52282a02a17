// Which maps share a place in memory, and which must wait for a layer that adds them later; it is arithmetic on shapes.
import { FLOAT } from "../kernels/quantities.ts"
import { type Cost, type LayerShape, sizeOf } from "../layers/parts/shape.ts"

export interface MapPlaces {
  /** The output can take its input's place, in training too: the rule allows it, and nothing adds that input later. */
  readonly inPlace: boolean
  /** The same where nothing is trained. */
  readonly inPlaceToPredict: boolean
  /** Of one example's maps, beside the layer's input, that it or a later layer adds. */
  readonly waitingBytes: number
  /** Of gradients that came back from additions further on, to layers before this one, beside its output's own. */
  readonly waitingGradientBytes: number
}

/** Of each layer in its order. */
export function mapPlaces(
  layers: ReadonlyArray<LayerShape>,
  costs: ReadonlyArray<Cost>,
): ReadonlyArray<MapPlaces> {
  const numbers = new Map(layers.map(({ name }, i) => [name, i]))
  const additions = layers.flatMap(({ adds }, at) =>
    adds === undefined ? [] : [{ at, of: numbers.get(adds)! }],
  )
  /** The layer that made the map that layer i's output lies in; −1 is the image. */
  const makers: Array<number> = []
  const makerOf = (i: number): number => makers[i] ?? -1
  const fields = costs.map(({ inPlace, inPlaceToPredict = inPlace }, i) => {
    const isAddedLater = additions.some(({ at, of }) => at > i && of < i && makerOf(of) === makerOf(i - 1))
    makers.push(inPlace && !isAddedLater ? makerOf(i - 1) : i)
    return { inPlace: inPlace && !isAddedLater, inPlaceToPredict: inPlaceToPredict && !isAddedLater }
  })
  const bytesOf = (i: number): number => sizeOf(i < 0 ? layers[0]!.input : layers[i]!.output) * FLOAT
  const sum = (maps: Iterable<number>): number => [...maps].reduce((all, map) => all + bytesOf(map), 0)
  return fields.map((field, i) => {
    const ahead = additions.filter(({ at, of }) => at >= i && of < i).map(({ of }) => makerOf(of))
    const back = additions.filter(({ at, of }) => at > i && of < i && makerOf(at) !== makerOf(i))
    return {
      ...field,
      waitingBytes: sum(new Set(ahead.filter((map) => map !== makerOf(i - 1)))),
      waitingGradientBytes: sum(back.map(({ at }) => at)),
    }
  })
}
