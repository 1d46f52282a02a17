// Whether a row holds what was written: types, digests, JSON, and of a result that its key is that of its fingerprint.
import { isDigest, keyOf } from "../../content/digest.ts"
import type { Value } from "../sqlite/sqlite.ts"
import type { Row } from "./read-rows.ts"
import type { Column, Table } from "./schema.ts"

/** Columns of text that is more than text. */
const digests = new Set(["digest", "state", "key", "pair", "earlier", "today", "code"])
const json = new Set(["fingerprint", "sources", "states", "params", "error_trace", "adopted", "outputs"])

export function isSound(table: Table, row: Row): boolean {
  if (!table.columns.every((column) => holds(column, row[column.name]))) return false
  if (table.name === "links") return isJson(row.metrics)
  if (table.name !== "results") return true
  return keyOf(row.fingerprint as string) === row.key
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
