// The networks that are trained; peer.py has the same.
import { lenet } from "../../ml/network/lenet.ts"
import { type Network, network } from "../../ml/network/network.ts"
import { wide } from "../../ml/network/wide.ts"

const block = (i: number, filters: number) =>
  [
    { type: "conv", name: `conv${i}`, filters, kernel: 3, padding: "same" },
    { type: "batch-normalization", name: `norm${i}` },
    { type: "activation", name: `relu${i}`, kind: "relu" },
    { type: "pool", name: `pool${i}`, kind: "max", size: 2 },
  ] as const

export const networks: Readonly<Record<string, () => Network>> = {
  lenet: () => lenet({ dropout: 0.25 }),
  wide: () => wide(10),
  /** Three convolutions, each followed by batch normalization. */
  normalized: () =>
    network({
      layers: [
        ...block(1, 16),
        ...block(2, 32),
        ...block(3, 64),
        { type: "flatten", name: "flatten" },
        { type: "dense", name: "dense", units: 10 },
      ],
    }),
}
