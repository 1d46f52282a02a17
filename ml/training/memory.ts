// The least memory that a network needs, in float32, to predict or to train: which tensors live at once, and why. It is
// arithmetic on shapes; what a trainer really holds is another matter.
import { FLOAT } from "../kernels/quantities.ts"
import type { Shape } from "../layers/parts/shape.ts"
import { describe, type LayerSummary, type NetworkSummary } from "../network/describe.ts"
import type { Network } from "../network/network.ts"
import type { Optimizer } from "./optimizer.ts"

/** Tensors that live at the same time as the others of its list. */
export interface MemoryItem {
  readonly what: string
  readonly bytes: number
  /** The assumption that it rests on. */
  readonly why: string
}

/** A layer while it is computed from a map in memory into another. */
export interface PredictionStep {
  readonly layer: string
  readonly inputBytes: number
  readonly outputBytes: number
  /** Of maps that it or a later layer takes; absent where none waits. */
  readonly waitingBytes?: number
}

export interface PredictionMemory {
  readonly items: ReadonlyArray<MemoryItem>
  /** Of the items together. */
  readonly bytes: number
  /** The layer that needs most; absent where no layer makes a map of its own. */
  readonly peak?: PredictionStep
  readonly steps: ReadonlyArray<PredictionStep>
}

export interface TrainingMemory {
  /** All maps, the input and the parameters: what the forward pass leaves behind for the backward pass. */
  readonly items: ReadonlyArray<MemoryItem>
  /** Of these items together. */
  readonly least: number
  /** What gradients and the optimizer need on top. */
  readonly onTop: ReadonlyArray<MemoryItem>
  /** Of all items. */
  readonly total: number
}

/** Least bytes to predict one example layer by layer, dropout off; throws ImpossibleNetwork. */
export function predictionMemory(network: Network, input: Shape): PredictionMemory {
  const summary = describe(network, input)
  const steps = stepsOf(summary, ({ inPlaceToPredict }) => inPlaceToPredict)
  const peak = steps.reduce<PredictionStep | undefined>(
    (most, step) => (most !== undefined && bytesOf(most) >= bytesOf(step) ? most : step),
    undefined,
  )
  const maps: MemoryItem =
    peak === undefined
      ? { what: "the input", bytes: summary.inputBytes, why: "No layer makes a map beside it." }
      : {
          what: `input and output of ${peak.layer}${peak.waitingBytes === undefined ? "" : ", and what waits to be added"}`,
          bytes: bytesOf(peak),
          why: steps.some(({ waitingBytes }) => waitingBytes !== undefined)
            ? "A layer reads its input while it writes its output; then the input may go, but for what a later layer adds. No layer's turn needs more."
            : "A layer reads its input while it writes its output; then the input may go. No two successive maps are larger than these.",
        }
  const items = [
    {
      what: "parameters",
      bytes: (summary.totals.parameters + summary.totals.statistics) * FLOAT,
      why: `The next ${input.length === 3 ? "image" : "example"} needs all of them again, so they stay.`,
    },
    maps,
  ]
  return { items, bytes: total(items), ...(peak === undefined ? {} : { peak }), steps }
}

/** Least bytes to train on a mini-batch of `batch` examples at once; throws ImpossibleNetwork. */
export function trainingMemory(
  network: Network,
  input: Shape,
  batch: number,
  optimizer: Optimizer,
): TrainingMemory {
  const summary = describe(network, input)
  const parameters = summary.totals.parameters * FLOAT
  const items = [
    {
      what: "maps",
      bytes: batch * summary.totals.bytes,
      why: "Every layer's gradient is made of its input or output, so all maps of all examples wait for the backward pass. Activations and dropout overwrite their input; a mask can be drawn again from its seed.",
    },
    {
      what: "input",
      bytes: batch * summary.inputBytes,
      why: `The gradient of the first layer's weights is made of the ${examplesOf(input)}, as float32.`,
    },
    {
      what: "parameters",
      bytes: parameters + summary.totals.statistics * FLOAT,
      why: "The backward pass multiplies by them, the update changes them.",
    },
  ]
  const onTop = [
    {
      what: "gradients of the parameters",
      bytes: parameters,
      why: "One number a parameter, summed over the mini-batch, with room of their own until the update.",
    },
    gradientsOfMaps(summary, batch),
    optimizerState(optimizer, parameters),
  ]
  return { items, least: total(items), onTop, total: total(items) + total(onTop) }
}

/**
 * What the way back needs beyond the maps that the way forward left. At a layer's turn there are the gradients of its output and
 * input, and of the maps those that lie before it: the map that a layer reads is let go after its turn. At the last layer's
 * turn all are still there, its own output too, of which the loss's gradient is made.
 */
function gradientsOfMaps(summary: NetworkSummary, batch: number): MemoryItem {
  const steps = stepsOf(summary)
  const waiting = new Map(summary.layers.map(({ name, waitingGradientBytes: bytes }) => [name, bytes]))
  let gone = steps.reduce((sum, { outputBytes }) => sum + outputBytes, 0)
  const last = steps.length - 1
  const turns = steps.map(({ layer, inputBytes, outputBytes }, i) => {
    const left = i === last ? 0 : gone
    gone -= outputBytes
    return { layer, left, bytes: outputBytes + (i === 0 ? 0 : inputBytes) + waiting.get(layer)! - left }
  })
  const most = turns.reduceRight<(typeof turns)[number] | undefined>(
    (most, turn) => (most !== undefined && most.bytes >= turn.bytes ? most : turn),
    undefined,
  )
  const rule =
    `Going back layer by layer, the gradients of a layer's output and input live at once, and the map that it read goes after its turn; the ${examplesOf(summary.input)} need no gradient.` +
    ([...waiting.values()].some((bytes) => bytes > 0)
      ? " What an addition hands back to an earlier layer waits until that layer's turn."
      : "")
  if (most === undefined) return { what: "gradients of the maps", bytes: 0, why: rule }
  const where =
    most.left === 0
      ? `Most is there at the turn of ${most.layer}, when no map is gone yet.`
      : `Most is there at the turn of ${most.layer}: this is what its gradients take beyond the maps that are gone by then.`
  return { what: "gradients of the maps", bytes: batch * most.bytes, why: `${rule} ${where}` }
}

function optimizerState(optimizer: Optimizer, parameters: number): MemoryItem {
  if (optimizer.type === "adam")
    return {
      what: "state of Adam",
      bytes: 2 * parameters,
      why: "A mean of the gradients and one of their squares for each parameter.",
    }
  return optimizer.momentum > 0
    ? {
        what: "state of SGD with momentum",
        bytes: parameters,
        why: "A velocity for each parameter.",
      }
    : { what: "state of SGD", bytes: 0, why: "Without momentum nothing is carried from step to step." }
}

/** The layers that make a map of their own, each with the map that it reads. */
function stepsOf(
  { layers, inputBytes }: NetworkSummary,
  isInPlace = ({ inPlace }: LayerSummary): boolean => inPlace,
): ReadonlyArray<PredictionStep> {
  let before = inputBytes
  return layers.flatMap((layer) => {
    const { name, bytes, waitingBytes } = layer
    if (isInPlace(layer)) {
      before = bytes
      return []
    }
    const step = {
      ...{ layer: name, inputBytes: before, outputBytes: bytes },
      ...(waitingBytes === 0 ? {} : { waitingBytes }),
    }
    before = bytes
    return [step]
  })
}

/** What the network is shown. */
const examplesOf = (input: Shape): string => (input.length === 3 ? "images" : "examples")

const bytesOf = ({ inputBytes, outputBytes, waitingBytes = 0 }: PredictionStep): number =>
  inputBytes + outputBytes + waitingBytes

const total = (items: ReadonlyArray<MemoryItem>): number => items.reduce((sum, { bytes }) => sum + bytes, 0)
