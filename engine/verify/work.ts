// What is to be computed again, and in which order: a list of work that grows by the makers of inputs that are nowhere. Pure
// but for what it is handed; no recursion, as chains of tasks are long.
import type { Digest } from "../content/digest.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { type Chosen, whole } from "./choose.ts"

/** One piece of work: a task, or a part of one, and how many pieces must be done before it. */
export interface Piece {
  readonly chosen: Chosen
  waitsFor: number
  readonly awaitedBy: Array<Piece>
  state: "waiting" | "running" | "done"
}

export interface Supplying {
  /** The inputs of a task that are nowhere to be had. */
  readonly missing: (task: PlannedTask) => ReadonlyArray<Digest>
  /** The task that makes an input. */
  readonly maker: (digest: Digest) => PlannedTask | undefined
}

export class Work {
  readonly #supplying: Supplying
  readonly #ready: Array<Piece> = []
  /** Tasks that are done whole, once each, as an ancestor or for themselves. */
  readonly #whole = new Map<PlannedTask, Piece>()

  constructor(supplying: Supplying) {
    this.#supplying = supplying
  }

  /** Adds what was chosen, and before it what makes its inputs. */
  add(chosen: Chosen): void {
    if (chosen.links === undefined && this.#whole.has(chosen.task)) return
    const piece = pieceOf(chosen)
    if (chosen.links === undefined) this.#whole.set(chosen.task, piece)
    this.again(piece)
  }

  take(): Piece | undefined {
    for (let piece = this.#ready.shift(); piece !== undefined; piece = this.#ready.shift()) {
      // A part of a task that is done whole: as an ancestor of what was chosen too, say.
      if (piece.chosen.links !== undefined && this.#whole.has(piece.chosen.task)) piece.state = "done"
      if (piece.state !== "waiting") continue
      piece.state = "running"
      return piece
    }
    return undefined
  }

  done(piece: Piece): void {
    piece.state = "done"
    for (const other of piece.awaitedBy.splice(0)) if (--other.waitsFor === 0) this.#ready.push(other)
  }

  /** What makes its inputs comes first: also when one turned out to be damaged. */
  again(piece: Piece): void {
    piece.state = "waiting"
    this.#prepare(piece)
    if (piece.waitsFor === 0) this.#ready.push(piece)
  }

  /** Finds what a piece waits for, and what that waits for, down to what needs nothing that is not at hand. */
  #prepare(first: Piece): void {
    const todo = [first]
    for (let piece = todo.pop(); piece !== undefined; piece = todo.pop()) {
      const { task } = piece.chosen
      const makers = new Set(
        this.#supplying.missing(task).flatMap((digest) => this.#supplying.maker(digest) ?? []),
      )
      for (const maker of makers) {
        let before = this.#whole.get(maker)
        if (before === undefined) {
          before = pieceOf(whole(maker))
          this.#whole.set(maker, before)
          todo.push(before)
        }
        if (before.state === "done") continue // it gave other bytes, or failed: whoever waits is told so
        before.awaitedBy.push(piece)
        piece.waitsFor++
      }
      if (piece !== first && piece.waitsFor === 0) this.#ready.push(piece)
    }
  }
}

const pieceOf = (chosen: Chosen): Piece => ({ chosen, waitsFor: 0, awaitedBy: [], state: "waiting" })
