// Options that several commands share, and the place that they name.
import { availableParallelism } from "node:os"
import { join, resolve } from "node:path"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { cacheFolder } from "../code/bundle-memo.ts"
import { suggest } from "../declare/suggest.ts"
import type { Backends } from "../key/backend.ts"
import type { NumericsRegistry } from "../key/resolve.ts"
import type { Place } from "../session/session.ts"
import { workerCommand } from "../worker/worker-command.ts"
import type { Probe } from "./doctor/finding.ts"
import { Refusal, refusalOf } from "./failure.ts"

export const artifacts = Options.text("artifacts").pipe(
  Options.withPseudoName("DIR"),
  Options.withDescription("Where artifacts and the ledger are kept (default: artifacts/ in the project)"),
  Options.optional,
)
export const exp = Options.text("exp").pipe(
  Options.withPseudoName("NAME"),
  Options.withDescription("The experiment: a module in experiments/, or a path to one"),
)
export const set = Options.text("set").pipe(
  Options.withPseudoName("path=value"),
  Options.withDescription("Sets a param of the experiment; may be given again"),
  Options.repeated,
)
export const json = Options.boolean("json").pipe(
  Options.withDescription("Prints one JSON object a line, and nothing else, on standard output"),
)
export const verbose = Options.boolean("verbose").pipe(Options.withDescription("Shows stack traces"))
export const data = Options.text("data").pipe(
  Options.withPseudoName("DIR"),
  Options.withDescription("A folder to look for data in first; never in a key"),
  Options.optional,
)
export const worker = Options.text("worker").pipe(
  Options.withPseudoName("CMD"),
  Options.withDescription("What starts a worker instead of this Node, such as 'qemu-aarch64-static ./node'"),
  Options.optional,
)
export const jobs = Options.integer("jobs").pipe(
  Options.withPseudoName("N"),
  Options.withDescription(
    `How many tasks run at once (default: ${availableParallelism()}, the cores at hand)`,
  ),
  Options.withDefault(availableParallelism()),
)
export const force = Options.text("force").pipe(
  Options.withPseudoName("STAGE"),
  Options.withDescription("Runs the tasks of a stage although they are cached; may be given again"),
  Options.repeated,
)

/** An option of the commands that compute, or ask what would be computed; none where the program offers no choice. */
export const backend = Options.text("backend").pipe(
  Options.withPseudoName("NAME"),
  Options.withDescription("What computes: wasm (default, bit-exact), tensorflow, cpu, or auto"),
  Options.optional,
)

/** What the program around the commands brings: where it stands, and what it computes with. */
export interface Surroundings {
  readonly root: string
  readonly version: string
  /** What computes when nothing is said; asked for when a command needs it. */
  readonly numerics: () => NumericsRegistry
  /** What else may compute. */
  readonly backends: Backends
  /** What a machine can do beyond the engine: asked by `doctor`. */
  readonly probes: () => Promise<ReadonlyArray<Probe>>
  /** Compares two artifacts of a kind for people. */
  readonly compare: Place["compare"]
}

export interface PlaceOptions {
  readonly artifacts: Option.Option<string>
  readonly data?: Option.Option<string>
  readonly worker?: Option.Option<string>
}

export const artifactsOf = (root: string, given: Option.Option<string>): string =>
  Option.match(given, { onNone: () => join(root, "artifacts"), onSome: (path) => resolve(path) })

/** The place with what `--backend` names; fails with a refusal that says what is wrong with the name or the backend. */
export const chosenPlace = (
  around: Surroundings,
  options: PlaceOptions & { readonly backend: Option.Option<string> },
): Effect.Effect<Place, Refusal> =>
  Effect.gen(function* () {
    const place = placeOf(around, options)
    const { names, choose } = around.backends
    const name = Option.getOrElse(options.backend, () => names[0])
    if (!names.includes(name)) {
      const message = `--backend ${name}: ${names.join(", ")} is offered${suggest(name, names)}`
      return yield* new Refusal({ tag: "Usage", message })
    }
    if (name === names[0]) return place
    return { ...place, ...(yield* Effect.tryPromise({ try: () => choose(name), catch: refusalOf })) }
  })

export const placeOf = ({ root, numerics, compare }: Surroundings, options: PlaceOptions): Place => ({
  root,
  artifacts: artifactsOf(root, options.artifacts),
  numerics: numerics(),
  compare,
  settings: {
    root,
    cache: cacheFolder(root),
    ...Option.match(options.data ?? Option.none(), {
      onNone: () => ({}),
      onSome: (path) => ({ data: resolve(path) }),
    }),
  },
  worker: workerCommand(Option.getOrUndefined(options.worker ?? Option.none())),
})
