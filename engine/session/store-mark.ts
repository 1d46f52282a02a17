// The mark that says of a folder that it is a store. Where it is missing, nothing may be written or removed; it knows no ledger's
// contents and no object.
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { isLedger } from "../ledger/recognise.ts"
import { StoreError } from "../store/store.ts"
import { writeWhole } from "../store/whole-file.ts"

export const markName = "refold-store.json"
/** The layout of folders that this version knows. */
const layout = 1
const mark = `${JSON.stringify({ refold: "store", layout })}\n`

/** What a store keeps under its folder, beside the mark. */
const names = [
  "objects",
  "tmp",
  "runs",
  "logs",
  "checkouts",
  "quarantine",
  "reserve",
  "ledger.sqlite",
  "ledger.sqlite-wal",
  "ledger.sqlite-shm",
  "ledger.sqlite-journal",
]

export const ledgerPath = (artifacts: string): string => join(artifacts, "ledger.sqlite")

/** What a folder is: a store, or one in which nothing stands in a store's way (it need not exist). @throws StoreError when it is neither */
export function kindOf(artifacts: string): "store" | "unmarked store" | "free" {
  if (artifacts.trim() === "")
    throw new StoreError(
      "the folder of artifacts has an empty name (a shell variable that is not set?): name one with --artifacts DIR, or leave the option out",
    )
  if (isMarked(artifacts)) return "store"
  const taken = names.filter((name) => holds(join(artifacts, name)))
  if (taken.length === 0) return "free"
  // A store of a version that made no marks.
  if (taken.includes("ledger.sqlite") && isLedger(ledgerPath(artifacts))) return "unmarked store"
  throw new StoreError(
    `${artifacts} is no store, and a store would keep its own under names that are taken there: ${taken.join(", ")}. Nothing there was touched: name another folder with --artifacts DIR${whenStore(artifacts, taken)}`,
  )
}

/** Makes sure that a folder is a marked store. @throws StoreError when it cannot be, or must not */
export function ensureStore(artifacts: string): void {
  const kind = kindOf(artifacts)
  if (kind === "store") return
  try {
    mkdirSync(artifacts, { recursive: true })
    writeWhole(join(artifacts, markName), mark)
  } catch (failure) {
    if (kind === "unmarked store") return // its ledger says what it is; the mark comes when it can be written
    throw new StoreError(
      `the folder ${artifacts} cannot be made (${(failure as Error).message}); name another with --artifacts`,
    )
  }
}

/** @throws StoreError for a mark that is not ours, or of a newer layout */
function isMarked(artifacts: string): boolean {
  const path = join(artifacts, markName)
  let text: string
  try {
    text = statSync(path).isFile() ? readFileSync(path, "utf8") : "no file"
  } catch (failure) {
    const { code, message } = failure as NodeJS.ErrnoException
    if (code === "ENOENT" || code === "ENOTDIR") return false
    throw new StoreError(`${path} cannot be read (${message}); name another folder with --artifacts DIR`)
  }
  if (/^[\s\0]*$/.test(text)) return false // torn by a power cut: the ledger decides
  const { refold, layout: found } = parsed(text)
  if (refold !== "store" || typeof found !== "number")
    throw new StoreError(
      `${path} is not the mark of a store (${mark.trim()}): name another folder with --artifacts DIR`,
    )
  if (found > layout)
    throw new StoreError(
      `${artifacts} is a store of a newer Refold (layout ${found}; this one knows ${layout}): update refold, or name another folder with --artifacts DIR`,
    )
  return true
}

function parsed(text: string): { readonly refold?: unknown; readonly layout?: unknown } {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}

/** Whether something is there that could be lost: an empty folder cannot. */
function holds(path: string): boolean {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false })
    return stat !== undefined && (!stat.isDirectory() || readdirSync(path).length > 0)
  } catch (failure) {
    return (failure as NodeJS.ErrnoException).code !== "ENOTDIR" // what may not be looked at is somebody's
  }
}

/** A store that has lost its ledger and was never marked: only a person can tell. */
function whenStore(artifacts: string, taken: ReadonlyArray<string>): string {
  const hasObjects = taken.includes("objects") && holdsPrefixes(join(artifacts, "objects"))
  return hasObjects
    ? `. If it is a store all the same, whose ledger is gone, say so: echo '${mark.trim()}' > ${join(artifacts, markName)}`
    : ""
}

function holdsPrefixes(objects: string): boolean {
  try {
    return readdirSync(objects).some((name) => /^[0-9a-f]{2}$/.test(name))
  } catch {
    return false
  }
}
