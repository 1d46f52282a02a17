// What commands run within: where the program stands and what it computes with; and the place that options make of it.
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { cacheFolder } from "../code/cache-folder.ts"
import { suggest } from "../declare/suggest.ts"
import type { Kernels } from "../key/accelerators.ts"
import type { Backends } from "../key/backend.ts"
import { rehash } from "../key/file-records.ts"
import { accelerated, type NumericsRegistry } from "../key/numerics.ts"
import { foldersOf, projectConfig } from "../session/config.ts"
import { expectedLater } from "../session/expected.ts"
import type { Place } from "../session/place.ts"
import { workerCommand } from "../worker/worker-command.ts"
import type { Probe } from "./doctor/finding.ts"
import { badUsage } from "./failures.ts"

export interface CommandContext {
  readonly root: string
  readonly version: string
  /** What computes when nothing is said; asked for when a command needs it. */
  readonly numerics: () => NumericsRegistry
  /** What else may compute. */
  readonly backends: Backends
  /** What may compute the same bits faster. */
  readonly kernels: Kernels
  /** What a machine can do beyond the engine: asked by `doctor`. */
  readonly probes: () => Promise<ReadonlyArray<Probe>>
  /** Compares two artifacts of a kind for people. */
  readonly compare: Place["compare"]
  readonly statistics: NonNullable<Place["statistics"]>
}

export interface PlaceOptions {
  readonly artifacts: Option.Option<string>
  readonly data?: Option.Option<string>
  readonly worker?: Option.Option<string>
  /** Whether what is remembered of local files is to be distrusted. */
  readonly rehash?: boolean
}

const textOf = (given: Option.Option<string> = Option.none()): string | undefined =>
  Option.getOrUndefined(given)

/** The place that options make, and the project's configuration where they say nothing; fails when that cannot be read. */
export const placeOf = (
  { root, numerics, compare, statistics }: CommandContext,
  options: PlaceOptions,
): Effect.Effect<Place, Error> =>
  Effect.map(
    expectedLater(() => projectConfig(root)),
    (config) => {
      if (options.rehash === true) rehash(root)
      const given = { artifacts: textOf(options.artifacts), data: textOf(options.data) }
      const { artifacts, data } = foldersOf(root, config, given)
      return {
        root,
        artifacts: artifacts.path,
        config,
        numerics: numerics(),
        compare,
        statistics,
        settings: { root, cache: cacheFolder(root), ...(data === undefined ? {} : { data: data.path }) },
        worker: workerCommand(textOf(options.worker)),
      }
    },
  )

/** The place with what `--backend` names; fails with what is wrong with the name or the backend. */
export const chosenPlace = (
  context: CommandContext,
  options: PlaceOptions & { readonly backend: Option.Option<string> },
): Effect.Effect<Place, Error> =>
  Effect.gen(function* () {
    const place = yield* placeOf(context, options)
    const { names, choose } = context.backends
    const name = Option.getOrElse(options.backend, () => names[0])
    if (!names.includes(name))
      return yield* Effect.fail(
        badUsage(`--backend ${name}: ${names.join(", ")} is offered${suggest(name, names)}`),
      )
    if (name === names[0]) return place
    return { ...place, ...(yield* expectedLater(() => choose(name))) }
  })

/** The place with what `--kernels` names, or what is best here where it names nothing; fails like `chosenPlace`. */
export const withKernels = (
  { kernels: { names, choose } }: CommandContext,
  place: Place,
  given: Option.Option<string>,
): Effect.Effect<Place, Error> =>
  Effect.gen(function* () {
    const name = Option.getOrUndefined(given)
    if (name !== undefined && !names.includes(name))
      return yield* Effect.fail(
        badUsage(`--kernels ${name}: ${names.join(", ")} is offered${suggest(name, names)}`),
      )
    const { accelerator, told } = yield* expectedLater(() => choose(name))
    const { numerics } = place
    return {
      ...place,
      kernels: told,
      numerics: accelerator === undefined ? numerics : accelerated(numerics, accelerator),
    }
  })
