// What the placeholders of pages stand for, and a record of every artifact that was used for it. Writes nothing.
import { decodeContent, type Row } from "../../engine/content/kind.ts"
import { suggest } from "../../engine/declare/suggest.ts"
import { type Artifacts, keptPath } from "./artifacts.ts"
import { derived } from "./derived.ts"
import { type LockedExperiment, type LockedResult, metricsOf } from "./locked.ts"
import type { OtherRun } from "./other-runs.ts"
import { cellOf, parseReference } from "./reference.ts"

/** An artifact that a page uses. */
export interface Used {
  readonly experiment: string
  readonly name: string
  readonly result: LockedResult
  readonly bytes: Uint8Array
}

export class Figures {
  /** Tables by `EXPERIMENT NAME`, and pictures by the path that they are shown from. */
  readonly tables = new Map<string, Used>()
  readonly pictures = new Map<string, Used>()
  /** Names of other runs that were used. */
  readonly runs = new Set<string>()
  readonly #experiments: ReadonlyMap<string, LockedExperiment>
  readonly #artifacts: Artifacts
  readonly #otherRuns: ReadonlyMap<string, OtherRun>

  constructor(
    experiments: ReadonlyMap<string, LockedExperiment>,
    artifacts: Artifacts,
    otherRuns: ReadonlyMap<string, OtherRun>,
  ) {
    this.#experiments = experiments
    this.#artifacts = artifacts
    this.#otherRuns = otherRuns
  }

  /** What a term of a template stands for. @throws for one that leads nowhere, saying what there is */
  readonly lookup = (term: string): unknown => {
    const [, name] = /^= (.+)$/.exec(term) ?? []
    if (name !== undefined) return this.#derived(name)
    const [, of, picture, path] = /^picture (\S+) (.+) at (\S+)$/.exec(term) ?? []
    if (of !== undefined) return this.#picture(of, picture!, path!)
    const [, run] = /^command run:(\S+)$/.exec(term) ?? []
    return run === undefined ? this.value(term) : this.#run(run).command
  }

  /** The number that a reference points at. @throws where it points at something else */
  readonly number = (reference: string): number => {
    const value = this.value(reference)
    if (typeof value === "number") return value
    throw new TypeError(`${reference} is ${JSON.stringify(value)}, no number`)
  }

  /** What a reference points at: a param, a metric, a value, or a cell of a table. */
  readonly value = (reference: string): unknown => {
    const { of, name, ...cell } = parseReference(reference)
    if (cell.column !== undefined) {
      const rows = this.rows(of, name)
      return told(reference, () => cellOf(rows, { of, name, ...cell }))
    }
    const { params, metrics, values } = this.#known(of)
    const [first, ...path] = name.split(".")
    if (first === "params" && path.length > 0) return told(reference, () => within(params, path))
    if (Object.hasOwn(metrics, name)) return metrics[name]
    if (Object.hasOwn(values, first!)) return told(reference, () => within(values[first!], path))
    throw new RangeError(`${reference} is no metric${suggest(name, Object.keys(metrics))}`)
  }

  /** The rows of a table. */
  readonly rows = (of: string, name: string): ReadonlyArray<Row> => {
    const run = /^run:(.+)$/.exec(of)?.[1]
    if (run !== undefined) {
      const { tables } = this.#run(run)
      return tables[name] ?? missing(`${of} keeps no table "${name}"${suggest(name, Object.keys(tables))}`)
    }
    const used = this.tables.get(`${of} ${name}`) ?? this.#used(of, name, keptPath(of, name))
    this.tables.set(`${of} ${name}`, used)
    return decodeContent(used.result.kind, used.bytes) as ReadonlyArray<Row>
  }

  #known(of: string) {
    const run = /^run:(.+)$/.exec(of)?.[1]
    if (run !== undefined) return this.#run(run)
    const experiment = this.#experiment(of)
    const values = [...experiment.results].flatMap(([name, { content }]) =>
      content === undefined ? [] : [[name, content] as const],
    )
    return { params: experiment.params, metrics: metricsOf(experiment), values: Object.fromEntries(values) }
  }

  #derived(name: string): unknown {
    if (!Object.hasOwn(derived, name))
      throw new RangeError(`docs/build/derived.ts has no "${name}"${suggest(name, Object.keys(derived))}`)
    return derived[name]!(this)
  }

  #picture(of: string, name: string, path: string): string {
    const used = this.#used(of, name, `docs/${path}`)
    if (!used.result.kind.startsWith("image:"))
      throw new TypeError(`${of} ${name} is no image, but ${used.result.kind}`)
    const other = this.pictures.get(path)
    if (other !== undefined && other.result.digest !== used.result.digest)
      throw new RangeError(`${path} is two pictures: ${other.experiment} ${other.name} and ${of} ${name}`)
    this.pictures.set(path, used)
    return path
  }

  #used(of: string, name: string, path: string): Used {
    const { results } = this.#experiment(of)
    const result =
      results.get(name) ??
      missing(
        `the lock of ${of} names no result "${name}"${suggest(name, [...results.keys()])}: where the experiment has it, renew its lock with --exp ${of} --update-lock`,
      )
    const bytes =
      this.#artifacts(path, result.digest) ??
      missing(
        `${of}: "${name}" (${result.output} of ${result.task}, ${result.digest.slice(0, 12)}…) is not at hand: run npm run pipeline -- --exp ${of}, and npm run docs:figures again`,
      )
    return { experiment: of, name, result, bytes }
  }

  #experiment(name: string): LockedExperiment {
    const known = [...this.#experiments.keys()]
    return this.#experiments.get(name) ?? missing(`there is no experiment "${name}"${suggest(name, known)}`)
  }

  #run(name: string): OtherRun {
    this.runs.add(name)
    const known = [...this.#otherRuns.keys()]
    return (
      this.#otherRuns.get(name) ??
      missing(
        `no run "${name}" is kept${suggest(name, known)}: declare it in docs/build/other-runs.ts, and run npm run docs:runs -- ${name}`,
      )
    )
  }
}

function missing(message: string): never {
  throw new RangeError(message)
}

function within(value: unknown, path: ReadonlyArray<string>): unknown {
  let at = value
  for (const name of path) {
    if (typeof at !== "object" || at === null || !(name in at))
      throw new RangeError(`there is no "${name}"${suggest(name, Object.keys(at ?? {}))}`)
    at = (at as Record<string, unknown>)[name]
  }
  return at
}

/** A failure, with the reference that led to it. */
function told<A>(reference: string, read: () => A): A {
  try {
    return read()
  } catch (failure) {
    throw new RangeError(`${reference}: ${(failure as Error).message}`)
  }
}
