// What a stage is handed while it runs, and the outputs that it declares. Types only.
import type { Json } from "../content/canonical.ts"
import type { Content, Written } from "../content/kind.ts"
import type { Group, KindOf, Many, Optional, Roles, Settled } from "./roles.ts"

export type Outputs = { readonly [name: string]: string }

/**
 * What a stage may use beyond its inputs and params. Anything else is refused in workers. `environment` is what `node:os` and
 * `process` say of the machine; variables are declared by name.
 */
export type Allowance = "network" | "clock" | "files" | "environment" | "processes" | "randomness"

/** One of what a group gave: the item of its list, what the item is called, and the content. */
export interface GroupEntry<K extends string> {
  /** An item of a value list as it stands there; of a folder, the name of the file. */
  readonly item: Json
  readonly name: string
  readonly content: Content<K>
}

/** What a group gave, some of which failed. */
export interface SettledGroup<K extends string> {
  /** In the order of the list. */
  readonly succeeded: ReadonlyArray<GroupEntry<K>>
  /** The names of the items of which nothing came, in the order of the list. */
  readonly failed: ReadonlyArray<string>
}

/** What a stage is given for a role. */
type Given<R> =
  R extends Many<infer K>
    ? Readonly<Record<string, Content<K>>>
    : R extends Group<infer K>
      ? ReadonlyArray<GroupEntry<K>>
      : R extends Settled<infer K>
        ? SettledGroup<K>
        : R extends string
          ? Content<R>
          : never

/** `N` are the names of the secrets that the stage declares; where they are not known, any. */
export interface RunContext<P, I extends Roles, N extends string = string> {
  readonly params: P
  /** Decoded by kind: bytes unless the kind has a codec. */
  readonly inputs: {
    readonly [R in keyof I as I[R] extends Optional<string> ? never : R]: Given<I[R]>
  } & {
    readonly [R in keyof I as I[R] extends Optional<string> ? R : never]?: Content<KindOf<I[R]>> | undefined
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
  /** The values of the secrets that the stage declares, by name: in no key, and masked wherever they show. */
  readonly secrets: Readonly<Record<N, string>>
  /** Settings of this machine that never enter a key, such as where data lie. */
  readonly settings: Readonly<Record<string, string>>
  /**
   * A path of the task's own, where it may write a file, or make a folder: what an output of kind `file` or `folder` then names is
   * taken from there as it is. What no output names goes with the task.
   *
   * @param name a name of a file, with an ending if it is to have one; the same name is the same path
   * @throws TypeError for what is no name of a file
   */
  readonly place: (name: string) => string
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

export type Contents<O extends Outputs> = { readonly [N in keyof O]: Written<O[N]> }
