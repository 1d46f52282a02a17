// A convolution and its dense equivalent, run against each other on the kernels.
import type { ConvolutionShape } from "../layers/convolution/conv.ts"
import { denseEquivalent, denseWeights } from "./dense-equivalent.ts"
import { featureMaps } from "./feature-maps.ts"

export interface Agreement {
  /** Outputs that were compared, over all images. */
  readonly outputs: number
  /** Of these, those whose 32 bits are the same. */
  readonly sameBits: number
  readonly largestDifference: number
}

/**
 * Runs both layers on the same images and compares their outputs. They have the same bits: a dense layer sums over columns
 * in order, a convolution over its patch in order, which is the same order, and zero terms change nothing
 * (docs/numerics.md). `images` are count × height × width × channels bytes. Throws RangeError as `denseWeights` does.
 */
export async function againstDense(
  wasm: Uint8Array | ArrayBuffer | WebAssembly.Module,
  conv: ConvolutionShape,
  kernel: Float32Array,
  bias: Float32Array,
  images: Uint8Array,
): Promise<Agreement> {
  const [kernelShape, biasShape] = conv.parameters
  const inputShape = conv.input as readonly [number, number, number]
  const dense = denseWeights(conv, kernel, bias)
  const { rows, columns } = denseEquivalent(conv)
  const convolved = await featureMaps(
    wasm,
    {
      network: { layers: [{ ...conv.layer, name: conv.name }] },
      inputShape,
      weights: {
        [kernelShape!.name]: { shape: kernelShape!.shape, data: kernel },
        [biasShape!.name]: { shape: biasShape!.shape, data: bias },
      },
    },
    images,
    conv.name,
  )
  const multiplied = await featureMaps(
    wasm,
    {
      network: {
        layers: [{ type: "flatten" }, { type: "dense", name: "dense", units: rows, initializer: "he" }],
      },
      inputShape,
      weights: {
        "dense/kernel": { shape: [columns, rows], data: dense.kernel },
        "dense/bias": { shape: [rows], data: dense.bias },
      },
    },
    images,
    "dense",
  )
  const [a, b] = [convolved.values, multiplied.values]
  const [bitsA, bitsB] = [new Uint32Array(a.buffer), new Uint32Array(b.buffer)]
  let largestDifference = 0
  for (let i = 0; i < a.length; i++) largestDifference = Math.max(largestDifference, Math.abs(a[i]! - b[i]!))
  return {
    outputs: a.length,
    sameBits: bitsA.reduce((same, bits, i) => same + (bits === bitsB[i] ? 1 : 0), 0),
    largestDifference,
  }
}
