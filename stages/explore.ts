// `explore`: a page that runs a trained network in the reader's browser, and does a training again there. Nothing is trained here.
import { readFile } from "node:fs/promises"
import * as Schema from "effect/Schema"
import { stage } from "refold"
import {
  DEFAULT_LOSS,
  DropoutRates,
  decodeExamples,
  decodeIndices,
  decodeWeights,
  ExamplesError,
  fitFields,
  generator,
  imageOf,
  imagesOf,
  isOfClasses,
  layerNames,
  seedOf,
  sha256,
  sizeOf,
  stratifiedSubset,
  type TrainedNetwork,
} from "refold/ml"
import { explorerDocument } from "../ml/explorer/document.ts"
import script from "../ml/explorer/main.ts?script"
import type { ImageNetwork, PageData, ShownImages } from "../ml/explorer/page-data.ts"

const Positive = Schema.Int.pipe(Schema.positive())

/** Bytes of a file of weights from which on a page gets the first layers alone. */
const LARGE = 2_000_000

export const explore = stage("explore", {
  doc: "A page that runs a trained network in the reader's browser",
  numerics: "kernels",
  params: Schema.Struct({
    /** The dataset's title. */
    title: Schema.String,
    /** What the page calls the network: "LeNet", "the final model". */
    called: Schema.String,
    classes: Schema.Array(Schema.String).pipe(Schema.minItems(2)),
    /** How many test images the page has: all, where there are no more. */
    shown: Positive,
    /** Draws them. */
    seed: Schema.Int,
    /** The training that the page can do again, and what the page calls it; its rate of dropout stands beside it, since it may be bound. */
    training: Schema.Struct({ called: Schema.String, ...fitFields }),
    dropout: DropoutRates,
  }),
  inputs: {
    weights: "weights:safetensors",
    images: "array:test:inputs",
    labels: "array:test:targets",
    /** What the training was given, and what came of it. */
    fitImages: "array:train:inputs",
    fitLabels: "array:train:targets",
    train: "indices:train",
    validation: "indices:validation",
    fitted: "weights:safetensors",
  },
  outputs: { page: "document:html" },
  run: async ({ params, inputs, files }) => {
    const { title, called, classes, training, dropout } = params
    const network = decodeWeights(inputs.weights)
    checkLoss(network)
    const trained = { ...network, inputShape: imageOf(network.inputShape, "the page's network") }
    const fittedBy = decodeWeights(inputs.fitted).normalization
    const fit = imagesOf(decodeExamples(inputs.fitImages, inputs.fitLabels, classes.length))
    const data: PageData = {
      title,
      called,
      trained: inputs.weights.length < LARGE ? trained : upToConvolution(trained),
      whole: trained.network,
      classes,
      images: shownImages(inputs, params),
      kernels: await readFile(files.kernels!),
      training: {
        called: training.called,
        inputShape: fit.shape,
        ...(fittedBy === undefined ? {} : { normalization: fittedBy }),
        settings: { ...training, dropout },
        inputs: fit.pixels,
        targets: fit.labels,
        train: decodeIndices(inputs.train, fit.count),
        validation: decodeIndices(inputs.validation, fit.count),
        weights: sha256(inputs.fitted),
      },
    }
    return { page: explorerDocument(data, script) }
  },
})

/** @throws ExamplesError where the network says no probabilities of classes */
function checkLoss({ loss = DEFAULT_LOSS }: TrainedNetwork): void {
  if (!isOfClasses(loss))
    throw new ExamplesError(`the page shows classes, and this network was trained by ${loss.type}`)
}

/** A network's layers up to its first convolution, with their weights; all, where there is none. */
function upToConvolution({ network, weights, ...trained }: ImageNetwork): ImageNetwork {
  const last = network.layers.findIndex(({ type }) => type === "conv")
  const [first, ...rest] = last < 0 ? network.layers : network.layers.slice(0, last + 1)
  const part = { layers: [first!, ...rest] as const }
  const names = new Set(layerNames(part))
  const own = Object.entries(weights).filter(([name]) => names.has(name.split("/")[0]!))
  return { ...trained, network: part, weights: Object.fromEntries(own) }
}

/** Drawn from the test file, of every class in proportion, in their order there. */
function shownImages(
  inputs: { readonly images: Uint8Array; readonly labels: Uint8Array },
  params: { readonly shown: number; readonly seed: number; readonly classes: ReadonlyArray<string> },
): ShownImages {
  const { pixels, labels, shape, count } = imagesOf(
    decodeExamples(inputs.images, inputs.labels, params.classes.length),
  )
  const random = generator(seedOf(params.seed, "explorer"))
  const numbers = stratifiedSubset(labels, Math.min(params.shown, count), random)
  const size = sizeOf(shape)
  const taken = new Uint8Array(numbers.length * size)
  numbers.forEach((number, i) => {
    taken.set(pixels.subarray(number * size, (number + 1) * size), i * size)
  })
  return { pixels: taken, labels: Uint8Array.from(numbers, (number) => labels[number]!), numbers }
}
