// A copy of a stage's bundle for a debugger: it carries its map, whose sources are the author's files where they lie, so that
// breakpoints set in them bind. The bundle itself, which is hashed, says nothing of a map.
import { readFileSync } from "node:fs"
import { basename, join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { type Digest, digestOf } from "../content/digest.ts"
import { keepModule } from "./kept-text.ts"
import type { StageCode } from "./stage-code.ts"

/** The copy, and what a worker checks it by. */
export interface DebugCopy {
  readonly code: string
  readonly codeDigest: Digest
}

/** Without a map where none can be made. @throws CacheError */
export async function debugCopy(root: string, code: StageCode): Promise<DebugCopy> {
  const map = await code.map?.()
  const text = readFileSync(code.path, "utf8")
  const mapped = map === undefined ? "" : `\n//# sourceMappingURL=${dataUrl(located(root, map))}\n`
  return {
    code: keepModule(root, join("debug", basename(code.path)), text + mapped),
    codeDigest: digestOf(text + mapped),
  }
}

function located(root: string, map: string): string {
  const payload = JSON.parse(map) as { readonly sources: ReadonlyArray<string> }
  const sources = payload.sources.map((source) =>
    /^(<|\w{2,}:)/.test(source) ? `refold:///${source}` : pathToFileURL(resolve(root, source)).href,
  )
  return JSON.stringify({ ...payload, sources })
}

const dataUrl = (json: string): string =>
  `data:application/json;charset=utf-8;base64,${Buffer.from(json).toString("base64")}`
