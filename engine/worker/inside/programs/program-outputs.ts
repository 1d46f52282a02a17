// What a program left, by name: read back from the forms that programs write, and checked by kind.
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs"
import { join, sep } from "node:path"
import { baseOf, isFolder, isOnDisk } from "../../../content/kind.ts"
import { utf8Text } from "../../../content/utf8.ts"
import type { ProgramTask } from "../../protocol.ts"
import { rowsOf } from "./csv.ts"

/** An output that is not there, or not what its kind says. */
export class OutputRefused extends Error {
  readonly _tag = "OutputRefused"
}

const jsonKinds = ["value", "json", "chart", "metrics"]
const textKinds = ["text", "csv", "document", "svg"]

/** Folders in which a program finds room for its outputs. @param at the folder that it runs in */
export function makeRoom({ outputs }: ProgramTask, at: string): void {
  mkdirSync(join(at, "outputs"), { recursive: true })
  for (const { kind, path } of Object.values(outputs)) if (isFolder(kind)) mkdirSync(join(at, path))
}

/**
 * The contents of the outputs, as a stage would give them.
 *
 * @param at the folder that it ran in
 * @throws OutputRefused, which says what there is
 */
export const outputsLeft = ({ outputs }: ProgramTask, at: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, { kind, path }]) => [name, contentAt(name, kind, path, at)]),
  )

function contentAt(name: string, kind: string, path: string, at: string): unknown {
  const full = join(at, path)
  if (!existsSync(full) || (isFolder(kind) && readdirSync(full).length === 0)) {
    const found = readdirSync(join(at, "outputs"), { recursive: true })
      .map((each) => `outputs/${each}`)
      .sort()
    const left = found.length === 0 ? "nothing" : found.slice(0, 8).join(", ")
    throw new OutputRefused(
      `it left no output "${name}": ${isFolder(kind) ? `the folder ${path} has no file in it` : `there is no ${path}`}, and in outputs/ there is ${left}. It is to write to the path that \`command\` is given as outputs.${name}`,
    )
  }
  const lies = realpathSync(full)
  if (!lies.startsWith(realpathSync(at) + sep))
    throw new OutputRefused(
      `its output "${name}" (${path}) is a link to ${lies}, which is not in its own folder: copy there what it is to give`,
    )
  if (statSync(full).isDirectory() !== isFolder(kind))
    throw new OutputRefused(
      `its output "${name}" (${path}) is ${isFolder(kind) ? "a file, and declared as a folder" : `a folder, and declared as ${kind}`}`,
    )
  if (isOnDisk(kind)) return full
  try {
    return read(kind, readFileSync(full))
  } catch (failure) {
    throw new OutputRefused(`its output "${name}" (${path}) is no ${kind}: ${(failure as Error).message}`)
  }
}

function read(kind: string, bytes: Uint8Array): unknown {
  const base = baseOf(kind)
  if (base === "table") return rowsOf(utf8Text(bytes))
  if (jsonKinds.includes(base)) return json(utf8Text(bytes))
  return textKinds.includes(base) ? utf8Text(bytes) : new Uint8Array(bytes)
}

/** Zero has one sign here. @throws TypeError */
function json(text: string): unknown {
  try {
    return JSON.parse(text, (_, value) => (value === 0 ? 0 : value))
  } catch (failure) {
    const why = /\b(NaN|Infinity)\b/.test(text) ? "; JSON has neither NaN nor Infinity: write null" : ""
    throw new TypeError(`${(failure as Error).message}${why}`)
  }
}
