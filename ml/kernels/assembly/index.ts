// Every kernel that the host may call.
import { Pointer } from './quantities'

export { addValues } from './channelwise/add-values'
export { averagePoolBackward, averagePoolForward } from './average-pool'
export {
  batchNormalizationBackward, batchNormalizationForward, batchStatistics, inverseDeviation, moveTowards,
} from './batch-normalization'
export { columnSums } from './column-sums'
export { convolutionDenseFilterGradient } from './convolution-dense-filter-gradient'
export { convolutionFilterGradient } from './convolution-filter-gradient'
export { convolutionForward } from './convolution-forward'
export { convolutionInputGradient } from './convolution-input-gradient'
export { convolutionOneChannel } from './convolution-one-channel'
export { clear, copyRows } from './copy-rows'
export { depthwiseFilterGradient, depthwiseForward, depthwiseInputGradient } from './channelwise/depthwise-convolution'
export { denseKernelGradient } from './dense/dense-kernel-gradient'
export { dropoutBackward, dropoutForward } from './dropout'
export { gatherPixels } from './gather-pixels'
export {
  layerNormalizationForward, layerNormalizationInput, layerNormalizationParameters,
} from './channelwise/layer-normalization'
export { entriesByChannel, entriesInOrder } from './live-entries'
export { matrixProduct } from './dense/matrix-product'
export { maxPoolBackward, maxPoolForward } from './max-pool'
export { adamStep, anyNonFinite, decayWeights, momentumStep } from './optimizers'
export { packPanels, packTurnedPanels } from './pack-panels'
export { sparseProduct } from './dense/sparse-product'
export {
  leakyReluBackward, leakyReluForward, reluBackward, reluForward, sigmoidBackward, sigmoidForward, tanhBackward, tanhForward,
} from './activations'
export { softmaxCrossEntropy } from './softmax-cross-entropy'
export { transposePanels } from './dense/transpose'

/** The first byte of memory that the kernels' own constants do not use. */
export function firstFree(): Pointer {
  return __heap_base
}
