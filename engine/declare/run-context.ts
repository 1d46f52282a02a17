// What a stage is handed while it runs, and the roles and outputs that it declares. Types only, but for `many` and `optional`.
import type { Content } from "../content/kind.ts"

/** A role that takes any number of artifacts of one kind, each under a name of its own. */
export interface Many<K extends string> {
  readonly many: K
}
export const many = <const K extends string>(kind: K): Many<K> => ({ many: kind })

/** A role that takes one artifact, or none: it may be left out, and is then undefined. */
export interface Optional<K extends string> {
  readonly optional: K
}
export const optional = <const K extends string>(kind: K): Optional<K> => ({ optional: kind })

export type Role = string | Many<string> | Optional<string>
export type Roles = { readonly [role: string]: Role }

/** The kind of a role's artifacts. */
export const kindOf = (role: Role): string =>
  typeof role === "string" ? role : "many" in role ? role.many : role.optional
export type Outputs = { readonly [name: string]: string }

/** What a stage may use beyond its inputs and params. Anything else is refused in workers. */
export type Allowance = "network" | "clock" | "files" | "environment" | "processes" | "randomness"

export interface RunContext<P, I extends Roles> {
  readonly params: P
  /** Decoded by kind: bytes unless the kind has a codec. */
  readonly inputs: {
    readonly [R in keyof I as I[R] extends Optional<string> ? never : R]: I[R] extends Many<infer K>
      ? Readonly<Record<string, Content<K>>>
      : I[R] extends string
        ? Content<I[R]>
        : never
  } & {
    readonly [R in keyof I as I[R] extends Optional<string> ? R : never]?:
      | (I[R] extends Optional<infer K> ? Content<K> : never)
      | undefined
  }
  /** Files that the stage's numerics bring along, by name (absolute paths); empty when it declares none. */
  readonly files: Readonly<Record<string, string>>
  /** What the stage's numerics provide where they bring a module along, made by it once a worker; otherwise undefined. */
  readonly provided?: unknown
  /**
   * What computes the same bits faster on this machine, made by a module of the program around the engine once a worker; undefined
   * where everything is computed portably. It must not show in what the stage gives.
   */
  readonly accelerator?: unknown
  /** Settings of this machine that never enter a key, such as where data lie. */
  readonly settings: Readonly<Record<string, string>>
  /** Reports that `done` of `total` units are complete, and lets a dead coordinator be noticed: await it. */
  readonly progress: (
    done: number,
    total: number,
    metrics?: Readonly<Record<string, number>>,
  ) => Promise<void>
  /** Await it now and then in the midst of long work, so that a dead coordinator is noticed; rejects when a thread failed. */
  readonly pause: () => Promise<void>
  /** How many cores the task may use now, its own thread's too: 1 unless others would idle. It must not show in what it gives. */
  readonly cores: () => number
  /** Starts a thread that calls the stage's `thread` with a structured clone of `given`; it ends with the task at the latest. */
  readonly thread: (given: unknown) => void
  /** A line for the task's log. */
  readonly log: (line: string) => void
}

/** What a stage's `thread` has beside what the task gave it. */
export type ThreadContext = Pick<RunContext<never, never>, "accelerator">

export type Contents<O extends Outputs> = { readonly [N in keyof O]: Content<O[N]> }
