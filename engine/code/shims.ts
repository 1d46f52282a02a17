// What stands in bundles for `refold` and `effect`: the process at hand holds both already, so neither is loaded twice.
import type { PluginBuild } from "esbuild"
import type { Purpose } from "./bundler.ts"
import { effectPart } from "./shaking/imports.ts"

/** In stage bundles the declaring functions shrink to what a worker needs, so that the engine's growth moves no key. */
export const codeRuntime = `
/* @__NO_SIDE_EFFECTS__ */
export function stage(stageName, definition) { return { _tag: "Stage", stageName, definition } }
/* @__NO_SIDE_EFFECTS__ */
export function recorded(stageName, definition) { return { _tag: "Stage", stageName, definition } }
/* @__NO_SIDE_EFFECTS__ */
export function form(form) { return form }
/* @__NO_SIDE_EFFECTS__ */
export function many(kind) { return { many: kind } }
/* @__NO_SIDE_EFFECTS__ */
export function optional(kind) { return { optional: kind } }
/* @__NO_SIDE_EFFECTS__ */
export function group(kind) { return { group: kind } }
/* @__NO_SIDE_EFFECTS__ */
export function settled(kind) { return { settled: kind } }
/* @__NO_SIDE_EFFECTS__ */
export function each() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function when() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function match() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function bound() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function experiment() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function defineConfig() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function file() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function locked() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function use() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function repeat() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function files() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function program() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function python() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function rscript() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function shell() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function venv() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function conda() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function renv() { return undefined }
/* @__NO_SIDE_EFFECTS__ */
export function image() { return undefined }
export function run() { throw new Error("a stage cannot run an experiment") }
export function load() { throw new Error("a stage cannot load a result: wire it as an input") }
`

const lent = `globalThis[Symbol.for("refold.effect")]`

/** Of a path to parts of `effect`: all of it. */
const whole = "*"

/** A part of `effect`: `Schema/Struct`; a value that goes where nothing takes it. */
const effectPartText = (path: string): string => {
  const names = path === whole ? [] : path.split("/")
  return `export default /* @__PURE__ */ (() => ${lent}${names.map((name) => (/^[\w$]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`)).join("")})()`
}

export function shims(build: PluginBuild, purpose: Purpose): void {
  build.onResolve({ filter: /^refold$/ }, () => ({
    path: "refold",
    namespace: "declare",
    sideEffects: false,
  }))
  build.onLoad({ filter: /.*/, namespace: "declare" }, () => ({
    contents: purpose === "code" ? codeRuntime : `module.exports = globalThis[Symbol.for("refold.declare")]`,
    loader: "js",
  }))
  build.onResolve({ filter: new RegExp(`^${effectPart}`) }, ({ path }) => ({
    path: path.slice(effectPart.length) || whole,
    namespace: "effect-part",
    sideEffects: false,
  }))
  build.onLoad({ filter: /.*/, namespace: "effect-part" }, ({ path }) => ({
    contents: effectPartText(path),
    loader: "js",
  }))
  build.onResolve({ filter: /^effect(\/|$)/ }, ({ path }) => ({
    path,
    namespace: "effect",
    sideEffects: false,
  }))
  build.onLoad({ filter: /.*/, namespace: "effect" }, ({ path }) => ({
    contents: `module.exports = ${lent}${path === "effect" ? "" : `.${path.slice("effect/".length)}`}`,
    loader: "js",
  }))
}
