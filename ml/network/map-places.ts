// Which maps share a place in memory, and which must wait for a layer that takes them later; it is arithmetic on shapes.
import { FLOAT } from "../kernels/quantities.ts"
import { type Cost, type LayerShape, sizeOf } from "../layers/parts/shape.ts"

export interface MapPlaces {
  /** The output can take its input's place, in training too: the rule allows it, and nothing takes that input later. */
  readonly inPlace: boolean
  /** The same where nothing is trained. */
  readonly inPlaceToPredict: boolean
  /** Of one example's maps, beside the layer's input, that it or a later layer takes. */
  readonly waitingBytes: number
  /** Of gradients that came back from layers further on that take theirs, to layers before this one, beside its output's own. */
  readonly waitingGradientBytes: number
}

/** Of each layer in its order. */
export function mapPlaces(
  layers: ReadonlyArray<LayerShape>,
  costs: ReadonlyArray<Cost>,
): ReadonlyArray<MapPlaces> {
  const numbers = new Map(layers.map(({ name }, i) => [name, i]))
  const takings = layers.flatMap(({ takes = [] }, at) =>
    takes.map((earlier) => ({ at, of: numbers.get(earlier)! })),
  )
  /** The layer that made the map that layer i's output lies in; −1 is the image. */
  const makers: Array<number> = []
  /** Maps that a branch goes on from. */
  const branched = new Set<number>()
  const makerOf = (i: number): number => makers[i] ?? -1
  const fields = costs.map(({ inPlace, inPlaceToPredict = inPlace }, i) => {
    if (layers[i]!.branches) {
      makers.push(makerOf(numbers.get(layers[i]!.takes![0]!)!))
      branched.add(makerOf(i))
      return { inPlace: true, inPlaceToPredict: true }
    }
    const isTakenLater = takings.some(({ at, of }) => at > i && of < i && makerOf(of) === makerOf(i - 1))
    // The layer from which the branch was left reads the map again on its way back.
    const isInPlace = inPlace && !isTakenLater && !branched.has(makerOf(i - 1))
    makers.push(isInPlace ? makerOf(i - 1) : i)
    return { inPlace: isInPlace, inPlaceToPredict: inPlaceToPredict && !isTakenLater }
  })
  const bytesOf = (i: number): number => sizeOf(i < 0 ? layers[0]!.input : layers[i]!.output) * FLOAT
  const sum = (maps: Iterable<number>): number => [...maps].reduce((all, map) => all + bytesOf(map), 0)
  return fields.map((field, i) => {
    const ahead = takings.filter(({ at, of }) => at >= i && of < i).map(({ of }) => makerOf(of))
    const back = takings.filter(({ at, of }) => at > i && of < i && makerOf(at) !== makerOf(i))
    return {
      ...field,
      waitingBytes: sum(new Set(ahead.filter((map) => map !== makerOf(i - 1)))),
      waitingGradientBytes: sum(back.map(({ of }) => of)),
    }
  })
}
