// The ledger's services as they are handed out: what SQLite refuses is told as a LedgerError, and on a full disk what was
// held back is freed. It knows no table.
import { dirname } from "node:path"
import { whyUnwritable } from "../content/disk-failure.ts"
import { isFull, ledgerFailure } from "./failures.ts"

export interface Guard {
  /** Of the database's file. */
  readonly path: string
  /** Frees some of a full disk. @returns whether it did */
  readonly makeRoom: (() => boolean) | undefined
  /** Before anything is asked. @throws LedgerError when its answer would mean nothing */
  readonly check: () => void
}

type Method = (...given: ReadonlyArray<never>) => unknown

/** How a service's methods meet a full disk: tried again once there is room, or, what cannot be done twice, only with room. */
export type OnFull = "again" | "beforehand"

/** Guards several services of one database. */
export function guards({ path, makeRoom, check }: Guard) {
  let depth = 0
  const within = <A>(act: () => A): A => {
    depth++
    try {
      return act()
    } finally {
      depth--
    }
  }
  const again = <A>(act: () => A): A => {
    try {
      return within(act)
    } catch (failure) {
      if (makeRoom === undefined || !isFull(failure, path) || !makeRoom()) throw failure
      return within(act)
    }
  }
  const beforehand = <A>(act: () => A): A => {
    if (makeRoom !== undefined && whyUnwritable(dirname(path)) === "full") makeRoom()
    return within(act)
  }
  const guarded = <A>(act: () => A, onFull: OnFull): A => {
    if (depth > 0) return act() // within a transaction: the outermost tells, and nothing is done twice
    check()
    try {
      return onFull === "again" ? again(act) : beforehand(act)
    } catch (failure) {
      throw ledgerFailure(failure, path)
    }
  }
  return <S extends object>(service: S, onFull: OnFull = "again"): S =>
    Object.fromEntries(
      Object.entries(service).map(([name, part]) => [
        name,
        typeof part === "function"
          ? (...given: ReadonlyArray<never>) => guarded(() => (part as Method)(...given), onFull)
          : part,
      ]),
    ) as S
}
