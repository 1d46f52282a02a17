// The folder for temporary files of the task at hand: one path for as long as its process lives, since modules that are loaded
// once remember it; what is in it goes with the attempt.
import { existsSync, mkdirSync, rmSync } from "node:fs"
import { dirname, join, sep } from "node:path"
import { temporaryName } from "../../../store/temporary-name.ts"

export class Scratch {
  readonly path: string
  #isMade = false

  constructor(path: string) {
    this.path = path
  }

  /** Beside the folder of an attempt, under a name by which a store knows whose it is. */
  static beside(folder: string): Scratch {
    return new Scratch(join(dirname(folder), temporaryName("temporary", process.pid, 0)))
  }

  /** The path, where there is a folder now. */
  make(): string {
    if (!this.#isMade) mkdirSync(this.path, { recursive: true })
    this.#isMade = true
    return this.path
  }

  holds(path: string): boolean {
    return path === this.path || path.startsWith(this.path + sep)
  }

  /** With the attempt; a thread of it may have made the folder. */
  empty(): void {
    if (this.#isMade || existsSync(this.path))
      rmSync(this.path, { recursive: true, force: true, maxRetries: 5 })
    this.#isMade = false
  }
}
