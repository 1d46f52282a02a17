// Texts that a project keeps because they were dear to make: beside its packages, else in a temporary folder of this process.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { digestOf } from "../content/digest.ts"
import { writeWhole } from "../store/whole-file.ts"
import { cacheFolder } from "./cache-folder.ts"

/** Neither where packages lie nor in the temporary folder can anything be written. */
export class CacheError extends Error {
  readonly _tag = "CacheError"
}

/** @returns what JSON is kept under the name; undefined when there is none, or its bytes are not those that were kept */
export function keptJson(root: string, name: string): unknown {
  try {
    const [digest = "", json = ""] = readFileSync(join(cacheFolder(root), name), "utf8").split("\n")
    return digestOf(json) === digest ? JSON.parse(json) : undefined
  } catch {
    return undefined
  }
}

/** Keeps JSON under its digest, so that what was changed since is not believed. */
export function keepJson(root: string, name: string, value: unknown): boolean {
  const json = JSON.stringify(value)
  return keepText(root, name, `${digestOf(json)}\n${json}`)
}

/** @returns whether it is kept for later: where that cannot be, it is made again another time */
export function keepText(root: string, name: string, text: string): boolean {
  const path = join(cacheFolder(root), name)
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeWhole(path, text)
    return true
  } catch {
    return false // a full or read-only disk, a folder of somebody else: what is only faster is not worth a failure
  }
}

/** A module's text as a file whose packages resolve as in the project. @returns its path. @throws CacheError */
export function keepModule(root: string, name: string, text: string): string {
  if (keepText(root, name, text)) return join(cacheFolder(root), name)
  try {
    const path = join(temporaryCache(root), name)
    mkdirSync(dirname(path), { recursive: true })
    writeWhole(path, text)
    return path
  } catch (failure) {
    throw new CacheError(
      `bundles of code can be kept neither in ${cacheFolder(root)} nor in ${tmpdir()} (${(failure as Error).message}): free some room there, or let TMPDIR name a folder that can be written`,
    )
  }
}

const temporary = new Map<string, string>()

/** Goes with the process. Folders inside it stand for the project's and those above it, each with a link to its packages. */
function temporaryCache(root: string): string {
  const known = temporary.get(root)
  if (known !== undefined) return known
  const made = mkdtempSync(join(tmpdir(), "refold-bundles-"))
  process.once("exit", () => rmSync(made, { recursive: true, force: true, maxRetries: 5 }))
  let folder = made
  for (const packages of packageFolders(root)) {
    folder = join(folder, "in")
    mkdirSync(folder)
    symlinkSync(packages, join(folder, "node_modules"), "junction")
  }
  temporary.set(root, folder)
  return folder
}

/** The folders of packages that modules of the project see, the nearest last. */
function packageFolders(root: string): ReadonlyArray<string> {
  const found: Array<string> = []
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "node_modules"))) found.unshift(join(folder, "node_modules"))
    if (dirname(folder) === folder) return found
  }
}
