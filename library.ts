// The library as a project imports it: the engine's, on our own kernels where a script says nothing else.
import { portableNumerics } from "./backends/portable.ts"
import { offerNumerics } from "./engine/key/numerics.ts"

export * from "./engine/index.ts"

offerNumerics(portableNumerics)
