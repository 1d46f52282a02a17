// What stages compute with, by name: its identity in the key, and what workers are handed of it. Pure.
import type { Json } from "../content/canonical.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import type { AnyStage } from "../declare/task.ts"
import type { HashedFile } from "./hashed-file.ts"

/** A module that exports `provide(options)`, loaded by a worker when a stage's numerics bring it along. */
export interface Provider {
  /** One file that imports nothing but packages: workers load a copy of it, from where the same packages resolve. */
  readonly module: HashedFile
  readonly options: Json
}

/**
 * What computes the very same bits faster on this machine: no key knows of it. Workers have what its module makes, which is
 * the context's `accelerator`; a worker that is lost with it does not have it at the next try.
 */
export interface Accelerator {
  /** As people are told: "native (AVX2)". */
  readonly name: string
  readonly provider: Provider
}

/** What computes, for stages that declare `numerics` by this name. */
export interface Numerics {
  /** In the key, with the digests of the files and of the module. For bit-exact numerics it names neither machine nor engine. */
  readonly identity: Json
  /** Handed to workers by name, as they were when they were hashed. */
  readonly files: Readonly<Record<string, HashedFile>>
  /** Made in the worker for the stages that use it. */
  readonly provider?: Provider
  /** Only where they are exact. */
  readonly accelerator?: Accelerator
  /** Variables that workers are started with, for libraries that read them as they load. */
  readonly environment?: Readonly<Record<string, string>>
  /** What people are told that computed, where it is not `exact`. */
  readonly name?: string
  /** Whether equal keys promise equal bits on every machine. */
  readonly exact: boolean
}
export type NumericsRegistry = Readonly<Record<string, Numerics>>

let offeredHere = (): NumericsRegistry => ({})

/** Says what a script's runs compute with that name nothing themselves. */
export function offerNumerics(numerics: () => NumericsRegistry): void {
  offeredHere = numerics
}

/** What was offered; nothing where nobody did. */
export const offeredNumerics = (): NumericsRegistry => offeredHere()

/** What workers are started with: all that any numerics ask for. */
export const environmentOf = (numerics: NumericsRegistry): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.values(numerics).flatMap(({ environment = {} }) => Object.entries(environment)))

/** The same numerics with an accelerator, those of them that promise their bits. */
export const accelerated = (numerics: NumericsRegistry, accelerator: Accelerator): NumericsRegistry =>
  Object.fromEntries(
    Object.entries(numerics).map(([name, each]) => [name, each.exact ? { ...each, accelerator } : each]),
  )

/** What a stage computes with; undefined for one that names nothing. @throws DeclarationError for what is not offered */
export function numericsOf(
  { stageName, definition }: AnyStage,
  offered: NumericsRegistry,
): Numerics | undefined {
  const { numerics } = definition
  if (numerics === undefined) return undefined
  if (Object.hasOwn(offered, numerics)) return offered[numerics]
  throw new DeclarationError(
    `stage "${stageName}" computes with "${numerics}", which this pipeline does not offer`,
  )
}
