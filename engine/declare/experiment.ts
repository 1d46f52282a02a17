// What an experiment is: typed params and a pure function that wires stages. It runs nothing and reads nothing.
import type { Schema } from "effect"
import { globOf } from "../content/glob.ts"
import type { Accepts } from "../content/kind.ts"
import { type Best, wrongBest } from "./policy/best.ts"
import { type Gates, wrongGates } from "./policy/gates.ts"
import { isRecord, type Policies, wrongPolicies } from "./policy/policy.ts"
import { suggest } from "./suggest.ts"
import type { AnyStage, FileNode, Output } from "./task.ts"
import { noteFile } from "./wiring.ts"

/** Each param is a schema; its `default` and `description` annotations are the default and the doc. */
export type ParamFields = { readonly [name: string]: Schema.Schema.AnyNoContext }
export type ParamsOf<F extends ParamFields> = { readonly [N in keyof F]: Schema.Schema.Type<F[N]> }

export interface Experiment<F extends ParamFields = ParamFields, R = unknown> {
  readonly _tag: "Experiment"
  readonly name: string
  readonly doc: string
  readonly params: F
  /** How tasks are run, by the name of their stage; in no key. */
  readonly policy: Policies
  /** Bounds that its headline metrics must keep; in no key. */
  readonly gates: Gates
  /** Which end of metrics is the better one; in no key. */
  readonly best: Best
  /** Returns tasks and outputs, nested as you like: their names are the names of the results. */
  readonly wire: (params: ParamsOf<F>) => R
  /** Where whoever loaded its modules tells: the stages that they declare, and the file that was loaded. Bodies of groups may wire any. */
  readonly loaded?: { readonly stages: ReadonlyArray<AnyStage>; readonly bundle: string }
}

// biome-ignore lint/suspicious/noExplicitAny: an experiment of any params
export type AnyExperiment = Experiment<any, unknown>

/** What is said of an experiment beside its params and its wiring. */
export interface About {
  /** One sentence for `list` and pages. */
  readonly doc?: string
  /** How tasks are run, by the name of their stage: before what the project's configuration and the stage itself say. */
  readonly policy?: Policies
  /** Bounds on headline metrics, by the names that `show` prints: a run that breaks one ends with exit 4. */
  readonly gates?: Gates
  /** Which end of a metric that is measured by step is the better one, `{ validationLoss: "min" }`: results by axis tell its best step, too. */
  readonly best?: Best
}

/**
 * Declares an experiment. `wire` must be pure: the graph that it returns is all that the pipeline sees.
 * A named output of kind `metrics` is a headline; arrays are cells.
 *
 * @param about its doc, or `{ doc, policy, gates: { "test.accuracy": { min: 0.89 } } }`
 * @throws TypeError for a name that would not be safe in a file's, or a policy, gate or better end that is none
 */
/* @__NO_SIDE_EFFECTS__ */
export function experiment<const F extends ParamFields, R>(
  name: string,
  params: F,
  wire: (params: ParamsOf<F>) => R,
  about: string | About = {},
): Experiment<F, R> {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new TypeError(
      `experiment "${name}": a name is lower-case letters, digits and hyphens, a letter first`,
    )
  }
  const given = typeof about === "string" ? { doc: about } : about
  const wrong = wrongAbout(given)
  if (wrong !== undefined) throw new TypeError(`experiment "${name}": ${wrong}`)
  const { doc = "", policy = {}, gates = {}, best = {} } = given
  return { _tag: "Experiment", name, doc, params, policy, gates, best, wire }
}

function wrongAbout(about: unknown): string | undefined {
  if (!isRecord(about)) return "its last argument is a doc, or { doc, policy, gates, best }"
  const known = ["doc", "policy", "gates", "best"]
  const unknown = Object.keys(about).find((name) => !known.includes(name))
  if (unknown !== undefined)
    return `there is no "${unknown}" beside params and wiring${suggest(unknown, known)}`
  return wrongPolicies(about.policy ?? {}) ?? wrongGates(about.gates ?? {}) ?? wrongBest(about.best ?? {})
}

type Extension<P extends string> = string extends P
  ? string
  : P extends `${string}/`
    ? "folder"
    : P extends `${string}.${infer E}`
      ? E extends `${string}/${string}` | `${string}.${string}`
        ? Extension<E>
        : E
      : "folder"

/**
 * A local file, an input by content: an edit reruns what reads it, a touch does not. Its kind is its extension, or
 * `folder` for a path without one; say another as the second argument. Relative paths start at the project's root.
 * One of kind `file`, and the files of a folder, are read where they lie, and may be of any size.
 */
/* @__NO_SIDE_EFFECTS__ */
export function file<const P extends string, const K extends string = Extension<P>>(
  path: P,
  kind?: K,
): Output<K> {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1] ?? "folder"
  const wiredAs = kind ?? (extension as K)
  const source: FileNode = { _tag: "File", path, kind: wiredAs }
  noteFile(source)
  return { _tag: "Output", kind: wiredAs, name: path, source }
}

/**
 * The local files whose paths match a pattern, as a folder: `files("data/*.csv")`. `*` stands for any part of a name, `?` for one
 * letter, `**` for folders at any depth, `{a,b}` for either. Names in the folder begin after what the pattern says for certain:
 * `2024.csv` of `data/2024.csv`. Names that begin with a dot are matched only by a pattern that says the dot.
 *
 * @throws TypeError for what is no pattern
 */
/* @__NO_SIDE_EFFECTS__ */
export function files<const K extends Accepts<"folder"> = "folder">(pattern: string, kind?: K): Output<K> {
  globOf(pattern)
  const wiredAs = kind ?? ("folder" as K)
  const source: FileNode = { _tag: "File", path: pattern, isPattern: true, kind: wiredAs }
  noteFile(source)
  return { _tag: "Output", kind: wiredAs, name: pattern, source }
}
