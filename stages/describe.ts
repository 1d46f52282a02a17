// `describe`: networks, convolutions and filters in numbers and tables, each figure with how it follows. Nothing is trained.
import { readFile } from "node:fs/promises"
import * as Schema from "effect/Schema"
import { form, many, stage } from "refold"
import {
  againstDense,
  BANK,
  Conv,
  decodeExamples,
  decodeIndices,
  decodeWeights,
  encodeMaps,
  encodeWeights,
  filterBank,
  generator,
  imagesOf,
  initialWeights,
  Network,
  Optimizer,
  poolInstead,
  predictionMemory,
  seedOf,
  sizeOf,
  describeNetwork as summarise,
  trainingMemory,
} from "refold/ml"
import { canBeBuilt, convolutionMetrics, convolutionOf } from "./describe/convolution.ts"
import { convolutionAnswers } from "./describe/convolution-answers.ts"
import {
  filterAnswers,
  filterMetrics,
  firstFilters,
  firstOf,
  mapsOf,
  responsesTable,
} from "./describe/maps.ts"
import { layersTable, memoryTable, networkMetrics } from "./describe/network.ts"
import { networkAnswers } from "./describe/network-answers.ts"
import { poolingAnswers, poolingMetrics, variantsTable } from "./describe/pooling.ts"
import { shrinkingTable, stripesTable } from "./describe/shrinking.ts"

const Positive = Schema.Int.pipe(Schema.positive())

/** [height, width, channels] of an image. */
const input = Schema.Tuple(Positive, Positive, Positive)

const training = Schema.Struct({
  network: Network,
  /** Of one example: that of an image, or [features]. */
  input: Schema.Union(input, Schema.Tuple(Positive)),
  /** Examples in a mini-batch. */
  batch: Positive,
  optimizer: Optimizer,
})

const Weight = Schema.Number.pipe(Schema.finite())
const Weights = Schema.Tuple(Weight, Weight, Weight)

/** A filter of 3 × 3 weights, made by hand. */
export const HandMade = Schema.Struct({
  name: Schema.NonEmptyString,
  title: Schema.NonEmptyString,
  /** What its map shows. */
  shows: Schema.String,
  weights: Schema.Tuple(Weights, Weights, Weights),
})

const chosen = {
  /** Names of the classes, by class number. */
  classes: Schema.Array(Schema.String).pipe(Schema.minItems(2)),
  /** The first image of each of these classes is shown. */
  shown: Schema.NonEmptyArray(Schema.NonNegativeInt),
}

export const describe = stage("describe", {
  doc: "Networks, convolutions and filters in numbers: shapes, parameters, memory, feature maps",
  numerics: "kernels",
  forms: {
    /** Layer by layer, with the least memory to predict and to train, and how each figure follows. */
    network: form({
      params: training,
      inputs: {},
      outputs: {
        layers: "table:summary",
        memory: "table:summary:memory",
        answers: "table:answers",
        metrics: "metrics",
      },
      run: ({ params: { network, input, batch, optimizer } }) => {
        const described = {
          network,
          batch,
          summary: summarise(network, input),
          prediction: predictionMemory(network, input),
          training: trainingMemory(network, input, batch, optimizer),
        }
        return {
          layers: layersTable(described.summary),
          memory: memoryTable(described),
          answers: [
            ...networkAnswers(described),
            ...poolingAnswers(poolInstead(network, input, batch, optimizer)),
          ],
          metrics: networkMetrics(described),
        }
      },
    }),
    /** The network that trained weights belong to, layer by layer. */
    trained: form({
      params: Schema.Struct({}),
      inputs: { weights: "weights:safetensors" },
      outputs: { layers: "table:summary" },
      run: ({ inputs }) => {
        const { network, inputShape } = decodeWeights(inputs.weights)
        return { layers: layersTable(summarise(network, inputShape)) }
      },
    }),
    /** The weights that a training of this network starts with: the same as in it, before anything is learned. */
    initial: form({
      params: Schema.Struct({ seed: Schema.Int, stream: Schema.NonEmptyString }),
      inputs: { weights: "weights:safetensors" },
      outputs: { weights: "weights:safetensors" },
      run: ({ params: { seed, stream }, inputs }) => {
        const { network, inputShape } = decodeWeights(inputs.weights)
        return {
          weights: encodeWeights(
            initialWeights(network, inputShape, seedOf(seed, stream)),
            network,
            inputShape,
          ),
        }
      },
    }),
    /** One convolution, and the dense layer that it is a special case of: both are run, and their bits compared. */
    convolution: form({
      params: Schema.Struct({
        layer: Conv,
        input,
        /** Images of noise that both layers are run on. */
        images: Positive,
        seed: Schema.Int,
      }),
      inputs: {},
      outputs: { answers: "table:answers", metrics: "metrics" },
      run: async ({ params: { layer, input, images, seed }, files }) => {
        const conv = convolutionOf(layer, input)
        const draws = generator(seedOf(seed, "describe", "convolution"))
        const numbers = (count: number) => Float32Array.from({ length: count }, () => 2 * draws.uniform() - 1)
        const [kernel, bias] = conv.parameters.map(({ shape }) => numbers(sizeOf(shape)))
        const agreement = canBeBuilt(conv)
          ? await againstDense(
              await readFile(files.kernels!),
              conv,
              kernel!,
              bias!,
              Uint8Array.from({ length: images * sizeOf(input) }, () => draws.below(256)),
            )
          : undefined
        return {
          answers: convolutionAnswers(conv, agreement),
          metrics: convolutionMetrics(conv, agreement),
        }
      },
    }),
    /** What a max-pool of the same stride would cost and buy, in place of each strided convolution or after it. */
    pooling: form({
      params: training,
      inputs: {},
      outputs: { variants: "table:summary", metrics: "metrics" },
      run: ({ params: { network, input, batch, optimizer } }) => {
        const variants = poolInstead(network, input, batch, optimizer)
        return { variants: variantsTable(variants), metrics: poolingMetrics(variants) }
      },
    }),
    /** Networks that shrink maps in different ways, layer by layer, and what a max-pool cannot tell apart. */
    shrinking: form({
      params: Schema.Struct({}),
      inputs: { weights: many("weights:safetensors") },
      outputs: { layers: "table:summary", stripes: "table:summary" },
      run: async ({ inputs: { weights }, files }) => ({
        layers: shrinkingTable(
          Object.entries(weights).map(([name, bytes]) => [name, decodeWeights(bytes)] as const),
        ),
        stripes: await stripesTable(await readFile(files.kernels!)),
      }),
    }),
    /** What a first layer's filters, learned in training, make of images that it was not fitted on. */
    maps: form({
      params: Schema.Struct({
        ...chosen,
        layer: Schema.NonEmptyString,
        /** At most so many filters, the first ones. */
        most: Positive,
      }),
      inputs: {
        images: "array:train:inputs",
        labels: "array:train:targets",
        indices: "indices:validation",
        weights: "weights:safetensors",
      },
      outputs: { maps: "maps:safetensors", responses: "table:responses" },
      run: async ({ params: { classes, shown, layer, most }, inputs, files }) => {
        const examples = imagesOf(decodeExamples(inputs.images, inputs.labels, classes.length))
        const rows = firstOf(examples, shown, classes, decodeIndices(inputs.indices, examples.count))
        const trained = decodeWeights(inputs.weights)
        const wasm = await readFile(files.kernels!)
        const maps = firstFilters(await mapsOf(wasm, trained, layer, examples, rows, { classes }), most)
        return { maps: encodeMaps(maps), responses: responsesTable(maps) }
      },
    }),
    /** What filters that people made by hand make of images. */
    filters: form({
      params: Schema.Struct({ ...chosen, filters: Schema.NonEmptyArray(HandMade) }),
      inputs: { images: "array:train:inputs", labels: "array:train:targets" },
      outputs: {
        maps: "maps:safetensors",
        responses: "table:summary",
        answers: "table:answers",
        metrics: "metrics",
      },
      run: async ({ params: { classes, shown, filters }, inputs, files }) => {
        const examples = imagesOf(decodeExamples(inputs.images, inputs.labels, classes.length))
        const bank = filterBank(filters, examples.shape[0], examples.shape[1])
        const maps = await mapsOf(
          await readFile(files.kernels!),
          bank,
          BANK,
          examples,
          firstOf(examples, shown, classes),
          { classes, filters: filters.map(({ title }) => title) },
        )
        const responses = responsesTable(maps)
        return {
          maps: encodeMaps(maps),
          responses,
          answers: filterAnswers(filters, responses),
          metrics: filterMetrics(filters, responses),
        }
      },
    }),
  },
})
