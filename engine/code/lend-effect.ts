// Lends this process's Effect to bundles of stages and experiments, so that it is loaded once.
import * as effect from "effect"

;(globalThis as Record<symbol, unknown>)[Symbol.for("refold.effect")] = effect
