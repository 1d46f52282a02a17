// The digests of local files and folders, for keys: remembered by what the disk says of each file, else taken as a stream, with turns
// for others in between. Knows no store.
import { readdirSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import { changedWhileRead, FileChanged, type LocalFile, Reading } from "../code/local-file.ts"
import { rehashSources } from "../code/programs/sources.ts"
import { RememberedDigests } from "../code/remembered-digests.ts"
import { digestOf } from "../content/digest.ts"
import { globOf } from "../content/glob.ts"
import { isFolder } from "../content/kind.ts"
import { manifestOf } from "../content/manifest.ts"
import type { Steps } from "../content/steps.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import { type FileNode, nameOfFile } from "../declare/task.ts"
import type { OutputRecord } from "../ledger/records.ts"

/** An input as it lies on the disk: a file, or a folder of files. Its digest is that of the file, or of the folder's list. */
export interface LocalInput extends OutputRecord {
  readonly isFolder: boolean
  /** The one, or those of the folder in code-unit order. */
  readonly files: ReadonlyArray<LocalFile>
}

/** In the project's cache. */
const memo = join("inputs", "files-1.json")

/** From here on every local file is read, however unchanged the disk says it is. */
export function rehash(root: string): void {
  RememberedDigests.distrust(root, memo)
  rehashSources(root)
}

/**
 * The digests of local files, taken now, by `nameOfFile`: an unchanged one is not read.
 *
 * @param now in milliseconds since 1970
 * @throws DeclarationError for one that cannot be read, a folder that is wired as a file and a file as a folder; FileChanged for
 *   one that changes meanwhile
 */
export function* recordingFiles(
  root: string,
  files: ReadonlyArray<FileNode>,
  now: () => number = Date.now,
): Steps<ReadonlyMap<string, LocalInput>> {
  const remembered = new RememberedDigests(root, memo)
  const records = new Map<string, LocalInput>()
  for (const node of files) {
    yield
    const name = nameOfFile(node)
    const input = records.get(name) ?? (yield* recording(root, node, new Reading(remembered, now)))
    checkKind(node, input)
    records.set(name, input)
  }
  remembered.keep()
  return records
}

/** @throws DeclarationError */
function checkKind({ path, isPattern, kind }: FileNode, input: LocalInput): void {
  if (input.isFolder === isFolder(kind)) return
  const written = JSON.stringify(path)
  const call = isPattern === true ? `files(${written})` : path
  throw new DeclarationError(
    input.isFolder
      ? `${call} is a folder, and is wired as ${kind}: say ${isPattern === true ? call : `file(${written}, "folder")`}, and wire it into a role that takes a folder`
      : `${call} is a file, and is wired as ${kind}: name a folder, or say its kind: file(${written}, "KIND")`,
  )
}

function* recording(root: string, node: FileNode, reading: Reading): Steps<LocalInput> {
  const { path } = node
  try {
    const full = resolve(root, path)
    if (node.isPattern === true) return yield* matching(root, path, reading)
    if (!statSync(full).isDirectory()) {
      const file = yield* reading.file(full, "", path)
      return { kind: "", digest: file.digest, size: file.size, isFolder: false, files: [file] }
    }
    const folder = yield* recordingFolder(full, path, namesIn(full), reading)
    if (namesIn(full).length !== folder.files.length) throw changedWhileRead(path)
    return folder
  } catch (failure) {
    if (failure instanceof FileChanged || failure instanceof DeclarationError) throw failure
    throw new DeclarationError(`the file ${path} cannot be read: ${(failure as Error).message}`)
  }
}

function* matching(root: string, pattern: string, reading: Reading): Steps<LocalInput> {
  const { base, matches, mayHold } = globOf(pattern)
  const folder = resolve(root, base)
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory()
    ? filesBelow(folder, mayHold).filter(matches).sort()
    : []
  if (names.length === 0) throw new DeclarationError(nothingMatches(pattern, base, folder))
  return yield* recordingFolder(folder, base === "" ? "." : base, names, reading)
}

function nothingMatches(pattern: string, base: string, folder: string): string {
  const at = base === "" ? "the project" : base
  const there = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
  const names = there ? readdirSync(folder).sort() : []
  const found = !there
    ? `there is no folder ${base}`
    : names.length === 0
      ? `${at} is empty`
      : `in ${at} there ${names.length === 1 ? "is" : "are"} ${names.slice(0, 5).join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`
  return `files(${JSON.stringify(pattern)}) matches no file: ${found}. Put the files there, or write the pattern otherwise: it starts at the project's root`
}

function* recordingFolder(
  folder: string,
  path: string,
  names: ReadonlyArray<string>,
  reading: Reading,
): Steps<LocalInput> {
  const files: Array<LocalFile> = []
  for (const name of names) {
    yield
    files.push(yield* reading.file(join(folder, name), name, `${path.replace(/\/+$/, "")}/${name}`))
  }
  const manifest = manifestOf(files)
  return { kind: "", digest: digestOf(manifest), size: manifest.length, isFolder: true, files }
}

/**
 * The names of all that is no folder, at any depth, with slashes between, in code-unit order.
 *
 * @throws Error for a folder in it that is empty: nothing of the content would tell it from one that is not there, and git
 *   keeps none
 */
export function namesIn(folder: string): ReadonlyArray<string> {
  const isTold = (prefix: string): boolean => !/(^|\/)\./.test(prefix)
  return filesBelow(
    folder,
    () => true,
    (prefix) => {
      if (isTold(prefix))
        throw new Error(
          `its folder ${prefix} is empty, and a folder is an input by its files alone: put a file into it, or remove it`,
        )
    },
  )
}

/** @param isLookedInto of the name of a folder. @param empty is told of one with nothing in it */
function filesBelow(
  folder: string,
  isLookedInto: (name: string) => boolean,
  empty: (name: string) => void = () => {},
): Array<string> {
  const names: Array<string> = []
  const prefixes = [""]
  for (let prefix = prefixes.pop(); prefix !== undefined; prefix = prefixes.pop()) {
    const entries = readdirSync(join(folder, prefix), { withFileTypes: true })
    if (entries.length === 0 && prefix !== "") empty(prefix.slice(0, -1))
    for (const entry of entries) {
      const name = `${prefix}${entry.name}`
      if (!entry.isDirectory()) names.push(name)
      else if (isLookedInto(name)) prefixes.push(`${name}/`)
    }
  }
  return names.sort()
}
