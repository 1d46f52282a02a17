// The bundler, loaded when something must be bundled, which an unchanged run needs not.
import { importModule } from "./import-module.ts"

export const bundler = () => importModule("esbuild") as Promise<typeof import("esbuild")>

/**
 * Declarations: the coordinator reads graphs from them. Code: a worker runs one stage of them. Script: a browser runs it, and has
 * nothing but it.
 */
export type Purpose = "declarations" | "code" | "script"
