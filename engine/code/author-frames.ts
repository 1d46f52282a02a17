// A stack in the author's files: places in a bundle become those of its sources; the engine's and Node's own are left out.
import { realpathSync } from "node:fs"
import { basename, isAbsolute, relative, resolve, sep } from "node:path"
import { isEngines, packageOf, pathOf } from "./places.ts"
import { isEngine } from "./resolution.ts"
import type { Origin, Origins } from "./source-map.ts"

/** A place of a stack. */
export interface Frame {
  /** `lib/rows.ts:12:31`, relative to the project's root; of a package, `node_modules/chart/index.js:3:7 (package chart)`. */
  readonly at: string
  readonly isAuthors: boolean
  /** The text of the line, of the author's. */
  readonly text: string | undefined
}

export interface Mapping {
  /** The project's. */
  readonly root: string
  /** The bundle that ran. */
  readonly bundle: string
  readonly origins: Origins | undefined
}

const framesAtMost = 30

/** @param stack lines such as `at step (file:///…/bundle.mjs:1:204)`, as V8 or JavaScriptCore write them */
export function authorFrames(stack: ReadonlyArray<string>, mapping: Mapping): ReadonlyArray<Frame> {
  const root = realPath(mapping.root)
  const frames = stack.flatMap((line) => {
    const place = placeIn(line)
    return place === undefined ? [] : (frameOf(place, { ...mapping, root }) ?? [])
  })
  return frames.filter(({ at }, i) => at !== frames[i - 1]?.at).slice(0, framesAtMost)
}

type Place = Pick<Origin, "path" | "line" | "column">

const forms: ReadonlyArray<RegExp> = [
  /eval at .*?\(([^()]+):(\d+):(\d+)\)/,
  /((?:file:\/\/|node:)\S*):(\d+):(\d+)\)?$/,
  /\(((?:[A-Za-z]:)?[\\/].*):(\d+):(\d+)\)$/,
  /(?:^at (?:async )?|@)((?:[A-Za-z]:)?[\\/].*):(\d+):(\d+)$/,
]

/** Where a line of a stack says that it is; of evaluated text, where that was evaluated. */
function placeIn(line: string): Place | undefined {
  const found = forms.map((form) => form.exec(line)).find((match) => match !== null)
  if (found === undefined) return undefined
  const [, path, row, column] = found
  return { path: pathOf(path!), line: Number(row), column: Number(column) }
}

function frameOf(place: Place, { root, bundle, origins }: Mapping): Frame | undefined {
  if (basename(place.path) === basename(bundle)) {
    const origin = origins?.(place.line, place.column)
    if (origin === undefined || /^(<entry>|declare:|effect:|effect-part:|required:)/.test(origin.path))
      return undefined
    return named({ ...origin, path: resolve(root, origin.path) }, root, origin.text)
  }
  if (!isAbsolute(place.path) || isEngines(place.path)) return undefined
  return named(place, root, undefined)
}

function named({ path, line, column }: Place, root: string, text: string | undefined): Frame | undefined {
  const packaged = packageOf(path)
  if (packaged === undefined) {
    const inside = relative(root, path)
    const file = inside.startsWith("..") || isAbsolute(inside) ? path : inside.split(sep).join("/")
    return { at: `${file}:${line}:${column}`, isAuthors: true, text }
  }
  if (isEngine(packaged.name) && !isEntrys(packaged.file)) return undefined
  return {
    at: `${packaged.file}:${line}:${column} (package ${packaged.name})`,
    isAuthors: false,
    text: undefined,
  }
}

/** Whether a file, from `node_modules` on, comes with the engine to be bundled with an author's code. */
const isEntrys = (file: string): boolean => /^node_modules\/refold\/(?!dist\/).*\.ts$/.test(file)

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
