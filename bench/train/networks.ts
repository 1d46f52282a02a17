// The networks that are trained; peer.py has the same.
import { lenet } from "../../ml/network/lenet.ts"
import { type Network, network } from "../../ml/network/network.ts"
import { wide } from "../../ml/network/wide.ts"

export type InputShape = readonly [number, number, number]

export interface Benchmarked {
  readonly input: InputShape
  readonly network: () => Network
}

const [GREY, COLOUR]: readonly [InputShape, InputShape] = [
  [28, 28, 1],
  [32, 32, 3],
]

const convolution = (i: number, filters: number, stride = 1) =>
  [
    { type: "conv", name: `conv${i}`, filters, kernel: 3, stride, padding: "same" },
    { type: "batch-normalization", name: `norm${i}` },
    { type: "activation", name: `relu${i}`, kind: "relu" },
  ] as const

const pooled = (i: number, filters: number) =>
  [...convolution(i, filters), { type: "pool", name: `pool${i}`, kind: "max", size: 2 }] as const

const added = (i: number, filters: number, adds: string) => {
  const [conv, norm, relu] = convolution(i, filters)
  return [conv, norm, { type: "add", name: `add${i}`, adds }, relu] as const
}

export const networks: Readonly<Record<string, Benchmarked>> = {
  lenet: { input: GREY, network: () => lenet({ dropout: 0.25 }) },
  wide: { input: GREY, network: () => wide(10) },
  /** Three convolutions, each followed by batch normalization. */
  normalized: {
    input: GREY,
    network: () =>
      network({
        layers: [
          ...pooled(1, 16),
          ...pooled(2, 32),
          ...pooled(3, 64),
          { type: "flatten", name: "flatten" },
          { type: "dense", name: "dense", units: 10 },
        ],
      }),
  },
  /** Five convolutions, two of them beside a way round, as a residual network for small photographs begins. */
  residual: {
    input: COLOUR,
    network: () =>
      network({
        layers: [
          ...convolution(1, 16),
          ...convolution(2, 16),
          ...added(3, 16, "relu1"),
          ...convolution(4, 32, 2),
          ...added(5, 32, "relu4"),
          { type: "global-average", name: "average" },
          { type: "dense", name: "dense", units: 10 },
        ],
      }),
  },
}
