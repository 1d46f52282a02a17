// One way to change an image before a network sees it; it knows none in particular.
import type { Values } from "../../data/examples.ts"
import type { Generator } from "../../statistics/random.ts"

/** [height, width, channels]. */
export type ImageShape = readonly [number, number, number]

/** Writes an image as it is moved, row-major, into `to`; what it draws depends on nothing else. */
export type Move = (from: Values, shape: ImageShape, draws: Generator, to: Values) => void
