// Random small networks with inputs, for property tests.
import fc from "fast-check"
import { ImpossibleNetwork } from "../../../ml/layers/parts/impossible-network.ts"
import { sizeOf } from "../../../ml/layers/parts/shape.ts"
import type { Layer } from "../../../ml/layers/table.ts"
import type { Network, NetworkEncoded } from "../../../ml/network/network.ts"
import { network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { seedOf } from "../../../ml/statistics/random.ts"
import { type Case, noise } from "./harness.ts"

type LayerData = NetworkEncoded["layers"][number]
type Drawn<T extends Layer["type"]> = fc.Arbitrary<Extract<LayerData, { readonly type: T }>>

const extent = (max: number) =>
  fc.oneof(fc.integer({ min: 1, max }), fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max })))
const padding = fc.constantFrom("valid" as const, "same" as const)

const relu = fc.constant({ type: "activation", kind: "relu" } as const)
const tanh = fc.constant({ type: "activation", kind: "tanh" } as const)
const other = fc.constantFrom(
  { type: "activation", kind: "sigmoid" } as const,
  { type: "activation", kind: "leaky-relu" } as const,
  { type: "activation", kind: "leaky-relu", slope: 0.3 } as const,
)

/** By its type, how a layer is drawn: a new one needs its entry here, and its place in the networks below. */
const drawn = {
  conv: fc.record({
    type: fc.constant("conv" as const),
    filters: fc.constantFrom(1, 2, 3, 4, 6, 8, 9, 13),
    kernel: extent(5),
    stride: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: extent(3) }),
    padding,
  }),
  "depthwise-conv": fc.record({
    type: fc.constant("depthwise-conv" as const),
    kernel: extent(5),
    stride: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: extent(3) }),
    padding,
  }),
  /** Without a stride windows do not overlap: the case that convolutions take in. */
  pool: fc.oneof(
    fc.record({
      type: fc.constant("pool" as const),
      kind: fc.constantFrom("max" as const, "average" as const),
      size: extent(3),
      stride: extent(3),
      padding,
    }),
    fc.record({ type: fc.constant("pool" as const), kind: fc.constant("max" as const), size: extent(3) }),
  ),
  "global-average": fc.constant({ type: "global-average" } as const),
  flatten: fc.constant({ type: "flatten" } as const),
  dense: fc.integer({ min: 1, max: 17 }).map((units) => ({ type: "dense" as const, units })),
  activation: fc.oneof(relu, tanh, other),
  /** A large epsilon, since a few rows may hardly vary. */
  "batch-normalization": fc.constantFrom(
    { type: "batch-normalization", epsilon: 0.1 } as const,
    { type: "batch-normalization", epsilon: 0.5, momentum: 0.5 } as const,
  ),
  /** Likewise: an example may have few values. */
  "layer-normalization": fc.constantFrom(
    { type: "layer-normalization", epsilon: 0.1 } as const,
    { type: "layer-normalization", epsilon: 0.5 } as const,
  ),
  /** Which layer it adds is found once the others are there. */
  add: fc.constant({ type: "add", adds: "" } as const),
  /** Likewise: what they name is found once the others are there. */
  concat: fc.constant({ type: "concat", joins: [""] } as const),
  from: fc.constant({ type: "from", layer: "" } as const),
  dropout: (rates: fc.Arbitrary<number>) => rates.map((rate) => ({ type: "dropout" as const, rate })),
} satisfies { readonly [T in Layer["type"]]: Drawn<T> | ((rates: fc.Arbitrary<number>) => Drawn<T>) }
const { conv, pool, "batch-normalization": normal, "layer-normalization": leveled } = drawn

const imageLayers: fc.Arbitrary<ReadonlyArray<LayerData>> = fc.oneof(
  conv.map((layer) => [layer]),
  pool.map((layer) => [layer]),
  fc.tuple(conv, relu).map((layers) => layers),
  fc.tuple(conv, other).map((layers) => layers),
  drawn["depthwise-conv"].map((layer) => [layer]),
  fc.tuple(drawn["depthwise-conv"], leveled, relu).map((layers) => layers),
  fc.tuple(conv, normal, relu, pool).map((layers) => layers),
  fc.tuple(conv, tanh, pool).map((layers) => layers),
  fc.tuple(conv, relu, pool).map((layers) => layers),
  fc.tuple(conv, pool, relu).map((layers) => layers),
)

const flatLayers = (rates: fc.Arbitrary<number>): fc.Arbitrary<ReadonlyArray<LayerData>> =>
  fc
    .record({
      dense: drawn.dense,
      normal: fc.option(fc.oneof(normal, leveled), { nil: undefined, freq: 3 }),
      activation: drawn.activation,
      dropout: drawn.dropout(rates),
    })
    .map(({ dense, normal, activation, dropout }) => [
      dense,
      ...(normal === undefined ? [] : [normal]),
      activation,
      dropout,
    ])

/** Networks that exist, on small images, with up to three blocks before and two after the flattening. */
export const cases = (rates: fc.Arbitrary<number> = fc.constantFrom(0, 0.25, 0.6)): fc.Arbitrary<Case> =>
  fc
    .record({
      inputShape: fc.tuple(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(1, 2, 3, 4, 7),
      ),
      images: fc.array(imageLayers, { maxLength: 3 }),
      flattening: fc.oneof({ weight: 2, arbitrary: drawn.flatten }, drawn["global-average"]),
      flat: fc.array(flatLayers(rates), { maxLength: 2 }),
      additions: fc.oneof(
        { weight: 2, arbitrary: fc.constant<ReadonlyArray<number>>([]) },
        {
          weight: 1,
          arbitrary: fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 3 }) as fc.Arbitrary<
            ReadonlyArray<number>
          >,
        },
      ),
      rows: fc.integer({ min: 1, max: 5 }),
      seed: fc.integer({ min: 0, max: 1_000_000 }),
    })
    .map(({ inputShape, images, flattening, flat, additions, rows, seed }) => ({
      network: additions.reduce(
        (before, draw) => withAddition(before, inputShape, draw),
        network({
          layers: [...images.flat(), flattening, ...flat.flat()] as unknown as NetworkEncoded["layers"],
        }),
      ),
      inputShape,
      rows,
      seed,
      stream: seedOf(seed, "test"),
    }))
    .filter(({ network, inputShape }) => exists(network, inputShape))

/** With one more layer that adds an earlier one of the same shape, wherever there are some; `draw` says which. */
function withAddition(before: Network, inputShape: Case["inputShape"], draw: number): Network {
  if (!exists(before, inputShape)) return before
  const layers = shapes(before, inputShape)
  const pairs = layers.flatMap((later, at) =>
    layers
      .slice(0, at + 1)
      .flatMap(({ name, output }) => (`${output}` === `${later.output}` ? [{ name, at }] : [])),
  )
  const { name, at } = pairs[draw % pairs.length]!
  const addition: Layer = { type: "add", adds: name }
  return { layers: before.layers.toSpliced(at + 1, 0, addition) as unknown as Network["layers"] }
}

/** Networks whose images go several ways: branches from an earlier layer that are added or joined to what was left, or both. */
export const graphs = (): fc.Arbitrary<Case> =>
  fc
    .record({
      before: cases(),
      branch: fc.array(fc.oneof(conv, pool, normal, leveled, relu, tanh), { minLength: 1, maxLength: 3 }),
      at: fc.nat({ max: 1000 }),
      back: fc.nat({ max: 1000 }),
    })
    .map(({ before, branch, at, back }) => ({ ...before, network: withBranch(before, branch, at, back) }))
    .filter(({ network, inputShape }) => exists(network, inputShape))

/** Networks of both sorts. */
export const allSorts = (): fc.Arbitrary<Case> =>
  fc.oneof({ weight: 3, arbitrary: cases() }, { weight: 1, arbitrary: graphs() })

/**
 * After some layer, from it or one before it, a branch: joined to what was left, and where shapes allow it added too. Of images where
 * height and width are no longer the same, both are averaged before.
 */
function withBranch(
  { network: before, inputShape }: Case,
  branch: ReadonlyArray<LayerData>,
  at: number,
  back: number,
): Network {
  const layers = shapes(before, inputShape)
  const place = at % layers.length
  const source = layers[back % (place + 1)]!
  const left = layers[place]!
  const image = source.output.length === 3
  const flat = [{ type: "dense", units: 4, name: "branched" }] as const
  const own = image ? branch.map((layer, i) => ({ ...layer, name: `branch${i}` })) : flat
  const toFlat = (name: string): ReadonlyArray<LayerData> => [{ type: "global-average", name }]
  const wires: ReadonlyArray<LayerData> = [
    ...(left.output.length === 3 ? toFlat("left") : []),
    { type: "from", layer: source.name, name: "branch" },
    ...own,
    ...(image ? toFlat("right") : []),
    { type: "concat", joins: [left.output.length === 3 ? "left" : left.name], name: "joined" },
    { type: "from", layer: source.name },
    ...(image ? toFlat("again") : []),
    { type: "concat", joins: ["joined", left.output.length === 3 ? "left" : left.name] },
  ]
  const named = before.layers.map((layer, i) => ({ ...layer, name: layers[i]!.name }))
  const rest = named
    .slice(place + 1)
    .filter(({ type }) => type === "dense" || type === "activation" || type === "dropout")
  const all = [...named.slice(0, place + 1), ...wires, ...rest]
  return network({ layers: all as unknown as NetworkEncoded["layers"] })
}

/** Examples that a step needs: one has no variance, which batch normalization after a dense layer would have to divide by. */
export const leastStep = ({ layers }: Network): number =>
  layers.some(({ type }) => type === "batch-normalization") ? 2 : 1

/** A case's input, weights and output gradient, one in `zeros` of the numbers being zero (none if 0). */
export function arraysFor({ network, inputShape, rows, seed }: Case, zeros = 4) {
  const layers = shapes(network, inputShape)
  const tensors = layers.flatMap(({ parameters }) => parameters)
  return {
    x: noise(rows * sizeOf(inputShape), seed, zeros, "x"),
    weights: Object.fromEntries(
      tensors.map(({ name, shape }) => {
        const values = noise(sizeOf(shape), seed, zeros, name)
        return [name, name.endsWith("/variance") ? values.map(Math.abs) : values]
      }),
    ),
    gradient: noise(rows * sizeOf(layers.at(-1)!.output), seed, zeros, "gradient"),
  }
}

function exists(network: Network, inputShape: readonly [number, number, number]): boolean {
  try {
    shapes(network, inputShape)
    return true
  } catch (error) {
    if (error instanceof ImpossibleNetwork) return false
    throw error
  }
}
