// What a program is given: its sources, and read-only its inputs, in the folder that it runs in, each in the form that programs read.
import { chmodSync, constants, copyFileSync, linkSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Folder } from "../../../content/folder.ts"
import { namedGiven } from "../../../content/given.ts"
import { baseOf, decodeContent, isFolder, type Row } from "../../../content/kind.ts"
import type { Steps } from "../../../content/steps.ts"
import type { InputFile, ProgramTask, TaskFile } from "../../protocol.ts"
import type { HandedPaths } from "../handed-paths.ts"
import type { Host } from "../host.ts"
import { isInputFile } from "../inputs-and-outputs.ts"
import { csvOf } from "./csv.ts"

/** Larger files are linked and not copied: they are looked at again once the program has ended. */
const copiedAtMost = 64 * 1024 * 1024

/** Copies that it may start, and write to: as steps. @param at the folder that it runs in. @throws CorruptInput */
export function* placeSources({ sources }: ProgramTask, at: string, handed: HandedPaths): Steps<void> {
  for (const source of sources) {
    yield
    const to = join(at, source.name)
    mkdirSync(dirname(to), { recursive: true })
    copyFileSync(yield* handed.file("sources", { kind: "file", ...source }), to, constants.COPYFILE_FICLONE)
    chmodSync(to, 0o755)
  }
}

/** As steps. @param at the folder that it runs in. @throws CorruptInput for bytes that are not what their digest promises */
export function* placeInputs(
  task: TaskFile,
  { inputs }: ProgramTask,
  at: string,
  host: Pick<Host, "read">,
  handed: HandedPaths,
): Steps<void> {
  mkdirSync(join(at, "inputs"), { recursive: true })
  for (const [role, given] of Object.entries(task.inputs)) {
    const isPath = (each: unknown): each is string => typeof each === "string"
    const paths = new Map(namedGiven(inputs[role]!, isPath))
    for (const [name, input] of namedGiven(given, isInputFile)) {
      yield
      const to = join(at, paths.get(name)!)
      mkdirSync(dirname(to), { recursive: true })
      yield* place(role, input, to, host, handed)
    }
  }
}

function* place(
  role: string,
  input: InputFile,
  to: string,
  host: Pick<Host, "read">,
  handed: HandedPaths,
): Steps<void> {
  const { kind } = input
  if (isFolder(kind)) return yield* placeFolder(handed.folder(role, input), input, to)
  if (baseOf(kind) === "file") return placeFile(yield* handed.file(role, input), input.disk!.size, to)
  const bytes = host.read(role, input)
  const isTable = baseOf(kind) === "table"
  writeFileSync(to, isTable ? csvOf(decodeContent(kind, bytes) as ReadonlyArray<Row>) : bytes, {
    mode: 0o444,
  })
}

function* placeFolder(folder: Folder, { files = [] }: InputFile, to: string): Steps<void> {
  mkdirSync(to, { recursive: true })
  for (const { name, disk } of files) {
    yield
    const path = join(to, name)
    mkdirSync(dirname(path), { recursive: true })
    placeFile(folder.path(name), disk.size, path)
  }
}

/** Shared where the file system can; a copy where it is small; else a link. */
function placeFile(from: string, size: number, to: string): void {
  if (size <= copiedAtMost) {
    copyFileSync(from, to, constants.COPYFILE_FICLONE)
    chmodSync(to, 0o444)
    return
  }
  for (const make of [
    () => copyFileSync(from, to, constants.COPYFILE_FICLONE_FORCE),
    () => linkSync(from, to),
  ])
    try {
      make()
      return
    } catch {
      // the next
    }
  copyFileSync(from, to)
}
