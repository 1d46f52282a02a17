// The bundler, loaded when something must be bundled, which an unchanged run needs not.
import { createRequire } from "node:module"

type Esbuild = Pick<typeof import("esbuild"), "build" | "transform">

let loaded: Esbuild | undefined

/** Required: for an `import()` of CommonJS Node compiles the parser that finds its exports, which takes four times as long as to load it. */
export function bundler(): Esbuild {
  if (loaded === undefined) {
    const { build, transform } = createRequire(import.meta.url)("esbuild") as Esbuild
    loaded = { build: held(build), transform: held(transform) }
  }
  return loaded
}

/** While it waits for esbuild's process, this one stays: when that dies, nothing else may be left to wait for, and Node would end with 0. */
const held = <F extends (...args: Array<never>) => Promise<unknown>>(ask: F): F =>
  ((...args) => {
    const hold = setInterval(() => {}, 2 ** 30)
    return ask(...args).finally(() => clearInterval(hold))
  }) as F

/**
 * Declarations: the coordinator reads graphs from them. Code: a worker runs one stage of them. Script: a browser runs it, and has
 * nothing but it.
 */
export type Purpose = "declarations" | "code" | "script"
