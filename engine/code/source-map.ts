// From a place in a bundle to the author's: what a source map says. Knows no stack and no stage.
import module from "node:module"

/** Where the map of a bundle lies. @param path of the bundle */
export const mapPath = (path: string): string => `${path}.map`

/** A place in a file that was bundled; lines and columns count from 1. */
export interface Origin {
  /** As the bundler names it: relative to the root, or of a namespace of its own. */
  readonly path: string
  readonly line: number
  readonly column: number
  /** The text of the line, when the map holds it. */
  readonly text: string | undefined
}

/** @param line @param column of the bundle, from 1 */
export type Origins = (line: number, column: number) => Origin | undefined

/** @returns undefined where the runtime reads no maps */
export function originsIn(map: string): Origins | undefined {
  if (module.SourceMap === undefined) return undefined
  const payload = JSON.parse(map) as module.SourceMapPayload
  const read = new module.SourceMap(payload)
  return (line, column) => {
    const entry = read.findEntry(line - 1, column - 1)
    if (!("originalSource" in entry) || entry.originalSource === undefined) return undefined
    const { originalSource: path, originalLine, originalColumn } = entry
    const text = payload.sourcesContent?.[payload.sources.indexOf(path)]
    return {
      path,
      line: originalLine + 1,
      column: originalColumn + 1,
      text: text?.split(/\r?\n/, originalLine + 1)[originalLine],
    }
  }
}
