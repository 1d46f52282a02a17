// The words in which edits are written: what may happen to a project between two runs.
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { dirname, join } from "node:path"
import { rename as renameFile } from "../../engine/content/rename.ts"
import type { Lab, Language, Step } from "./tool.ts"
import type { StageSpec } from "./wiring.ts"

export const all =
  (...steps: ReadonlyArray<Step>): Step =>
  (lab) => {
    for (const step of steps) step(lab)
  }

/** What is written otherwise in each language. */
export const by =
  (steps: Readonly<Record<Language, Step>>): Step =>
  (lab) =>
    steps[lab.tool.language](lab)

export const write =
  (path: string, text: string): Step =>
  ({ root }) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }

type Replacement = string | ((found: string) => string)

/** @throws Error when there is nothing to replace: an edit that does nothing proves nothing */
export function replace(path: string, from: string | RegExp, to: Replacement): Step {
  return ({ root }) => {
    const before = readFileSync(join(root, path), "utf8")
    const after = before.replace(from, typeof to === "string" ? () => to : to)
    if (after === before) throw new Error(`${path} holds no ${from}`)
    writeFileSync(join(root, path), after)
  }
}

/** The same in a module of the author's. */
export const edit =
  (module: string, from: string | RegExp, to: Replacement): Step =>
  (lab) =>
    replace(lab.tool.source(module), from, to)(lab)

/** Replaces a name wherever a module has it. */
export const rename =
  (module: string, from: string, to: string): Step =>
  (lab) => {
    const path = join(lab.root, lab.tool.source(module))
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(new RegExp(`\\b${from}\\b`, "g"), to))
  }

export const append =
  (module: string, text: string): Step =>
  ({ root, tool }) =>
    appendFileSync(join(root, tool.source(module)), text)

/** A path, or the path of a module. */
export const touch =
  (path: string | ((lab: Lab) => string)): Step =>
  (lab) => {
    const now = new Date()
    utimesSync(join(lab.root, typeof path === "string" ? path : path(lab)), now, now)
  }

export const move =
  (from: string, to: string): Step =>
  ({ root }) => {
    mkdirSync(dirname(join(root, to)), { recursive: true })
    renameFile(join(root, from), join(root, to))
  }

export const copyAndRestore =
  (path: string): Step =>
  ({ root }) => {
    copyFileSync(join(root, path), join(root, `${path}.copy`))
    rmSync(join(root, path))
    renameFile(join(root, `${path}.copy`), join(root, path))
  }

/** What a run has left is not there before one. */
export const removeOutput =
  (path: string): Step =>
  ({ root, isWarm }) => {
    if (isWarm) rmSync(join(root, path))
  }

export const overwriteOutput =
  (path: string, text: string): Step =>
  ({ root, isWarm }) => {
    if (!isWarm) return
    chmodSync(join(root, path), 0o644)
    writeFileSync(join(root, path), text)
  }

/** Other stages, or the same otherwise: what says so is written anew, each file only where its text differs. */
export const rewire =
  (change: (stages: ReadonlyArray<StageSpec>) => ReadonlyArray<StageSpec>): Step =>
  (lab) => {
    lab.stages = change(lab.stages)
    for (const [path, text] of Object.entries(lab.tool.wire(lab.stages))) {
      const isThere = existsSync(join(lab.root, path))
      if (!isThere || readFileSync(join(lab.root, path), "utf8") !== text) write(path, text)(lab)
    }
  }

export const rewireStage = (name: string, change: (stage: StageSpec) => StageSpec): Step =>
  rewire((stages) => stages.map((stage) => (stage.name === name ? change(stage) : stage)))

export const param = (stage: string, name: string, value: number): Step =>
  rewireStage(stage, (spec) => ({ ...spec, params: { ...spec.params, [name]: value } }))

export const reversed = <A>(record: Readonly<Record<string, A>>): Record<string, A> =>
  Object.fromEntries(Object.entries(record).reverse())

export const environment =
  (variables: Readonly<Record<string, string>>): Step =>
  ({ env }) => {
    Object.assign(env, variables)
  }

/** A run in between; from nothing there is none. */
export const run: Step = (lab) => {
  if (lab.isWarm) lab.tool.run(lab)
}
