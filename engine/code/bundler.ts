// The bundler, loaded when something must be bundled, which an unchanged run needs not.
import { createRequire } from "node:module"

/** Required: for an `import()` of CommonJS Node compiles the parser that finds its exports, which takes four times as long as to load it. */
export const bundler = () => createRequire(import.meta.url)("esbuild") as typeof import("esbuild")

/**
 * Declarations: the coordinator reads graphs from them. Code: a worker runs one stage of them. Script: a browser runs it, and has
 * nothing but it.
 */
export type Purpose = "declarations" | "code" | "script"
