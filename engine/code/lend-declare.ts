// Lends this process's declaring functions to bundles of declarations, so that a stage or a configuration is the one that it knows.
import * as declare from "../declare/index.ts"

;(globalThis as Record<symbol, unknown>)[Symbol.for("refold.declare")] = declare
