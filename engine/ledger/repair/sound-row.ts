// Whether a row holds what was written: types, digests, JSON, and of a result that its key is that of its fingerprint.
import { isDigest, keyOf } from "../../content/digest.ts"
import type { OutputRecord, OutputRecords } from "../records.ts"
import type { Value } from "../sqlite/sqlite.ts"
import type { Row } from "./read-rows.ts"
import type { Column, Table } from "./schema.ts"

/** Columns of text that is more than text. */
const digests = new Set(["digest", "state", "key", "pair", "earlier", "today", "code", "probe"])
const json = new Set(["fingerprint", "sources", "states", "params", "error_trace", "adopted", "outputs"])

export function isSound(table: Table, row: Row): boolean {
  if (!table.columns.every((column) => holds(column, row[column.name]))) return false
  if (table.name === "links") return isJson(row.metrics)
  if (table.name === "observations") return isObservation(row)
  if (table.name !== "results") return true
  return keyOf(row.fingerprint as string) === row.key
}

/** Which of a key's counts is decided by these: a date that is none, or outputs without digests, would decide it wrongly or never. */
function isObservation({ at, nth, forgotten, probed, outputs }: Row): boolean {
  const isTime = (time: Value | undefined): boolean => !Number.isNaN(Date.parse(String(time)))
  return (
    isTime(at) &&
    (probed === null || probed === undefined || isTime(probed)) &&
    Number(nth) > 0 &&
    (forgotten === 0 || forgotten === 1) &&
    outputRecords(outputs as string) !== undefined
  )
}

/** What outputs are, as an observation's row has them; undefined where that is not what the text holds. */
export function outputRecords(text: string): OutputRecords | undefined {
  const outputs: unknown = JSON.parse(text)
  if (typeof outputs !== "object" || outputs === null || Array.isArray(outputs)) return undefined
  const all: ReadonlyArray<Partial<OutputRecord> | null> = Object.values(outputs)
  const isOne = (output: Partial<OutputRecord> | null): boolean =>
    typeof output?.kind === "string" && isDigest(String(output.digest)) && Number.isSafeInteger(output.size)
  return all.length > 0 && all.every(isOne) ? (outputs as OutputRecords) : undefined
}

function holds({ name, type, isRequired, hasDefault }: Column, value: Value | undefined): boolean {
  if (value === null || value === undefined) return !isRequired || (hasDefault && value === undefined)
  if (type === "REAL") return typeof value === "number" && Number.isFinite(value)
  if (type === "INTEGER") return typeof value === "number" && Number.isSafeInteger(value)
  if (typeof value !== "string" || value.includes("\u{fffd}") || value.includes("\0")) return false
  if (digests.has(name)) return isDigest(value)
  return !json.has(name) || isJson(value)
}

function isJson(value: Value | undefined): boolean {
  try {
    JSON.parse(value as string)
    return true
  } catch {
    return false
  }
}
