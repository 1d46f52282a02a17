// An input by digest from another experiment's lock file: nothing upstream runs. Whoever plans lends what reads lock files.
import type { Json } from "../../content/canonical.ts"
import type { Digest } from "../../content/digest.ts"
import { DeclarationError } from "../declaration-error.ts"
import type { Output } from "../task.ts"

/** What a lock file says of a named result. */
export interface LockedOutput {
  readonly kind: string
  readonly digest: Digest
  /** What it holds, of kinds that lock files hold whole. */
  readonly content?: Json | undefined
}

/** @throws DeclarationError where there is no such lock file, or none of its results is called so */
export type LockReader = (experiment: string, result: string) => LockedOutput

/** Of the wiring at hand. */
let reader: LockReader | undefined

/** Wires with lock files at hand. */
export function withLocks<A>(locks: LockReader | undefined, wire: () => A): A {
  const outer = reader
  reader = locks
  try {
    return wire()
  } finally {
    reader = outer
  }
}

/** The same wiring, whenever it is called: with the lock files that are at hand now. */
export function keepingLocks<A extends ReadonlyArray<never>, B>(
  wire: (...given: A) => B,
): (...given: A) => B {
  const locks = reader
  return (...given) => withLocks(reader ?? locks, () => wire(...given))
}

/**
 * A result of another experiment as its lock file pins it: `locked("other", "final.model")`. Its digest enters keys, as that of any input,
 * and neither name does. Nothing of the other experiment runs: the store must hold the artifact where a task takes it.
 *
 * @param result a name that the other experiment returns, as `show` lists it; cells have none
 * @throws DeclarationError where there is no such lock file, or it has no such result
 */
/* @__NO_SIDE_EFFECTS__ */
// biome-ignore lint/suspicious/noExplicitAny: its kind is known once the lock file is read, and checked then
export function locked(experiment: string, result: string): Output<any> {
  if (reader === undefined)
    throw new DeclarationError(
      `locked(${JSON.stringify(experiment)}, ${JSON.stringify(result)}): lock files are at hand only while an experiment of a project is wired`,
    )
  const { kind, digest, content } = reader(experiment, result)
  return {
    _tag: "Output",
    kind,
    name: `${result} of the experiment "${experiment}"`,
    source: {
      _tag: "Item",
      record: { kind, digest, size: 0 },
      locked: { experiment, result, ...(content === undefined ? {} : { content }) },
    },
  }
}
