// Executables as programs name them: looked for in folders, followed through links and `#!` lines, and hashed. It starts none.
import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from "node:fs"
import { basename, delimiter, dirname, isAbsolute, join } from "node:path"
import type { Digest } from "../../content/digest.ts"
import { hashingFile } from "../../content/hash-file.ts"
import { stampOf } from "../../content/stamp.ts"
import { atOnce } from "../../content/steps.ts"
import { shebangIn } from "../local-file.ts"
import { isSettled, RememberedDigests } from "../remembered-digests.ts"
import { EnvironmentMissing } from "./missing.ts"

/** What a name of an executable comes to. */
export interface Executable {
  /** Where it was found: links are followed for its digest alone, as Python finds a virtual environment by its link. */
  readonly path: string
  /** Those where it and its interpreters were found. */
  readonly folders: ReadonlyArray<string>
  /** It and what runs it, links followed. */
  readonly files: ReadonlyArray<string>
  /** By name, of the executable and, where that is a script, of what runs it, and so on. */
  readonly digests: Readonly<Record<string, Digest>>
}

/** In the project's cache. */
const memo = join("programs", "executables-1.json")

const isWindows = process.platform === "win32"

/** Interpreters of interpreters that are followed: the system follows no more. */
const deepest = 5

export class Executables {
  readonly #remembered: RememberedDigests
  readonly #folders: ReadonlyArray<string>
  readonly #found = new Map<string, Executable>()

  /** @param root the project's. @param folders that are looked through before those of `PATH` */
  constructor(root: string, folders: ReadonlyArray<string>) {
    this.#remembered = new RememberedDigests(root, memo)
    this.#folders = [
      ...folders,
      ...(process.env.PATH ?? "").split(delimiter).filter((each) => isAbsolute(each)),
    ]
  }

  /** @throws EnvironmentMissing */
  find(name: string): Executable {
    const known = this.#found.get(name)
    if (known !== undefined) return known
    const path = this.#look(name)
    const found = { path, ...this.#chain(path, nameOf(name), deepest) }
    this.#found.set(name, found)
    this.#remembered.keep()
    return found
  }

  /** What runs a file: nothing for machine code. @param shebang its first line, if that names one. @throws EnvironmentMissing */
  interpreters(shebang: string | undefined, shown: string): Omit<Executable, "path"> {
    return this.#interpreters(shebang, shown, deepest)
  }

  #look(name: string): string {
    for (const folder of this.#folders) {
      const path = candidates(join(folder, name)).find(isExecutable)
      if (path === undefined) continue
      if (basename(folder) === "shims")
        throw new EnvironmentMissing(
          `"${name}" is ${path}, which stands for whatever its version manager chooses, and says nothing of it: name the executable itself (in a virtual environment, declared by venv("FOLDER")), or put its folder first in PATH`,
        )
      return path
    }
    throw new EnvironmentMissing(
      `there is no program "${name}" in ${this.#folders.length > 3 ? `PATH (${this.#folders.slice(0, 3).join(", ")}, …)` : this.#folders.join(", ")}: install it, or let PATH name its folder`,
    )
  }

  #chain(path: string, name: string, left: number): Omit<Executable, "path"> {
    const { folders, files, digests } = this.#interpreters(shebangIn(firstOf(path)).shebang, path, left)
    return {
      folders: [...new Set([dirname(path), ...folders])],
      files: [realpathSync(path), ...files],
      digests: { ...digests, [name]: this.#digest(realpathSync(path)) },
    }
  }

  #interpreters(shebang: string | undefined, shown: string, left: number): Omit<Executable, "path"> {
    const named = isWindows || left === 0 || shebang === undefined ? undefined : interpreterOf(shebang)
    if (named === undefined) return { folders: [], files: [], digests: {} }
    const found = isAbsolute(named) ? named : this.#look(named)
    if (!isExecutable(found))
      throw new EnvironmentMissing(
        `${shown} begins with "#!${named}", and there is no such program: install it, or name another`,
      )
    return this.#chain(found, basename(named), left - 1)
  }

  #digest(path: string): Digest {
    const stats = statSync(path, { bigint: true })
    const stamp = stampOf(stats)
    const known = this.#remembered.find(path, stamp)
    if (known !== undefined) return known.digest
    const moment = Date.now()
    const { digest } = atOnce(hashingFile(path))
    this.#remembered.learn(path, isSettled(stats, moment) ? { stamp, digest } : undefined)
    return digest
  }
}

/** What is asked for by name, without the folder and an ending of Windows. */
const nameOf = (name: string): string => basename(name).replace(/\.(exe|cmd|bat|com)$/i, "")

const candidates = (path: string): ReadonlyArray<string> =>
  isWindows
    ? [path, ...(process.env.PATHEXT ?? ".COM;.EXE;.BAT;.CMD").split(";").map((end) => `${path}${end}`)]
    : [path]

function isExecutable(path: string): boolean {
  try {
    if (!isWindows) accessSync(path, constants.X_OK)
    return statSync(path).isFile() && (!isWindows || /\.\w+$/.test(path))
  } catch {
    return false
  }
}

/** With which a file begins. */
function firstOf(path: string): Uint8Array {
  const first = Buffer.alloc(256)
  const descriptor = openSync(path, "r")
  try {
    return first.subarray(0, readSync(descriptor, first, 0, first.length, 0))
  } finally {
    closeSync(descriptor)
  }
}

/** What the first line of a script names: of `#!/usr/bin/env NAME`, the name that is looked for. */
function interpreterOf(shebang: string): string | undefined {
  const [, interpreter, rest = ""] = /^#! *(\S+)(.*)/.exec(shebang) ?? []
  if (interpreter === undefined || basename(interpreter) !== "env") return interpreter
  return (
    rest.split(/\s+/).find((word) => word !== "" && !word.startsWith("-") && !word.includes("=")) ??
    interpreter
  )
}
