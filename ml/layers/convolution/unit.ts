// A convolution on the kernels, alone or with the relu and max-pool that follow it; it knows nothing of its other neighbours.
import { at, rowOf } from "../../kernels/quantities.ts"
import type { Activations, Site, Unit } from "../parts/unit.ts"
import { forwardPass } from "./forward.ts"
import { filterGradient, inputGradient } from "./gradients.ts"
import type { ConvolutionParts } from "./parts.ts"
import { type ConvolutionPlan, planConvolution } from "./plan.ts"
import { turnedRound } from "./turned.ts"

/** `first` says that the input is pixels, and that nobody asks for its gradient. */
export function convolutionUnit(
  site: Site,
  parts: ConvolutionParts,
  input: Activations,
  first: boolean,
): Unit {
  const plan = planConvolution(site, parts, input, first)
  const { output, images } = plan
  const [forward, toFilters] = [forwardPass(plan), filterGradient(plan)]
  const toInput = plan.isTurned ? turnedRound(plan) : inputGradient(plan)
  return {
    output,
    ...(images.layout === undefined ? {} : { layout: images.layout }),
    prepare: () => {
      packFilters(plan)
      toInput.prepare?.()
    },
    forward: (rows) => {
      images.enter(rows)
      forward(rows)
    },
    backward: (rows, gradients) => {
      toFilters(rows, gradients)
      toInput.backward(rows)
    },
  }
}

function packFilters({ site, conv, kernel, bias, kernelHeight, run, panels }: ConvolutionPlan): void {
  const { weights } = site.parameters
  // biome-ignore format: one group of arguments a line
  site.kernels.packPanels(
    at(weights, kernel.offset), at(weights, bias.offset),
    conv.layer.filters, kernelHeight, run, rowOf(run), panels)
}
