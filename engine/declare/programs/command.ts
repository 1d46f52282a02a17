// What a program is beside its params, inputs and outputs: its command, what is there when it runs, and where it finds its paths. Types only.
import type { Json } from "../../content/canonical.ts"
import type { Group, Many, Optional, Roles, Settled } from "../roles.ts"
import type { Outputs } from "../run-context.ts"
import type { Installed } from "./installed.ts"

/** One of what a group gave: where its content lies. */
export interface EntryPath {
  readonly item: Json
  readonly name: string
  readonly path: string
}

type PathOf<R> =
  R extends Many<string>
    ? Readonly<Record<string, string>>
    : R extends Group<string>
      ? ReadonlyArray<EntryPath>
      : R extends Settled<string>
        ? { readonly succeeded: ReadonlyArray<EntryPath>; readonly failed: ReadonlyArray<string> }
        : R extends Optional<string>
          ? string | undefined
          : string

/** Where a program finds what it is given, and leaves what it gives: relative to the folder that it runs in. */
export interface Paths<I extends Roles, O extends Outputs, S extends string> {
  readonly sources: { readonly [N in S]: string }
  readonly inputs: { readonly [R in keyof I]: PathOf<I[R]> }
  readonly outputs: { readonly [N in keyof O]: string }
}

/** What a program is beside its params, inputs and outputs. */
export interface Command<P, I extends Roles, O extends Outputs, S extends string> {
  /**
   * The program and its arguments, in which paths are relative. Pure: what it returns is in the key, and run without a shell. The
   * program is one of the sources, or is looked for in what is installed and then in `PATH`.
   */
  readonly command: (paths: Paths<I, O, S>, params: P) => ReadonlyArray<string>
  /** Scripts, modules, requirements: files, or folders of files, beside the module that declares the program. In the key by content. */
  readonly sources?: ReadonlyArray<S>
  /** What it finds installed; without it, its results are marked `environment unknown`. */
  readonly installed?: Installed
  /** A command that prints a version, which is in the key: `["python", "--version"]`. It runs where the program would. */
  readonly version?: ReadonlyArray<string>
  /** Other programs that it starts: each is in the key, and its folder in the program's `PATH`. */
  readonly starts?: ReadonlyArray<string>
  /** Variables that it has of this process's environment: their values are in the key. */
  readonly environment?: ReadonlyArray<string>
  /** How many threads OpenMP and BLAS may use: they change bits, so it is in the key. Default 1. */
  readonly threads?: number | ((params: P) => number)
  /** The role whose file is its standard input; else that is empty. */
  readonly stdin?: keyof I & string
  /** The output that its standard output is; else that goes to the log. */
  readonly stdout?: keyof O & string
  /** Whether equal keys promise equal bits: `verify --recompute` holds it to that. Else its results are observations. */
  readonly deterministic?: boolean
}

// biome-ignore lint/suspicious/noExplicitAny: a program of any params, roles and sources
export type AnyCommand = Command<any, any, any, string>
