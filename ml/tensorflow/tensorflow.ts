/** The part of TensorFlow.js that trains: which package gives it, and on what it runs, is the caller's choice. */

/**
 * `@tensorflow/tfjs-core` with a backend set and the gradients registered (importing `@tensorflow/tfjs-layers`
 * registers them), or a package that exports as much, such as `@tensorflow/tfjs-node`.
 */
export type Tensorflow = Omit<typeof import("@tensorflow/tfjs-core"), "default">
