// Of salvaged rows, those that can be believed: a result counts only with all of its outputs, each intact in the store.
import type { Digest } from "../../content/digest.ts"
import { namedGiven } from "../../content/given.ts"
import { isFolder } from "../../content/kind.ts"
import { isReadable, parsePreImage } from "../../key/fingerprint.ts"
import { type InputDigests, isOneDigest } from "../../ledger/records.ts"
import type { Row } from "../../ledger/repair/read-rows.ts"
import type { Salvage } from "../../ledger/repair/salvage.ts"
import { outputRecords } from "../../ledger/repair/sound-row.ts"
import { isFolderList, knownFiles } from "../../store/folders.ts"
import { intactSize, type Store } from "../../store/store.ts"

/** @returns an artifact's size, or undefined when it, or a file of the folder that it is, is not in the store or not what its digest says */
export type IntactSize = (digest: Digest, kind: string) => number | undefined

/** Hashes each object once. */
export function intactSizes(store: Store["Type"]): IntactSize {
  const known = new Map<Digest, number | undefined>()
  const sizeOf = (digest: Digest): number | undefined => {
    if (!known.has(digest)) known.set(digest, intactSize(store, digest))
    return known.get(digest)
  }
  return (digest, kind) => {
    const size = sizeOf(digest)
    if (size === undefined || !isFolder(kind)) return size
    const isWhole =
      isFolderList(store, { digest, size }) &&
      knownFiles(store, digest).every((file) => sizeOf(file.digest) !== undefined)
    return isWhole ? size : undefined
  }
}

/**
 * Of what was observed, what the store does not hold whole: such rows stay, as nothing is asked again unasked.
 *
 * @returns each once, by the label under which a run knew it, or its key, and when
 */
export function observedElsewhere({ rows }: Salvage, intact: IntactSize): ReadonlyArray<string> {
  const labels = new Map((rows.get("tasks") ?? []).map(({ key, label }) => [key, label]))
  const isHere = (outputs: Row[string]): boolean =>
    Object.values(outputRecords(outputs as string)!).every(
      ({ digest, kind }) => intact(digest, kind) !== undefined,
    )
  return (rows.get("observations") ?? []).flatMap(({ key, at, outputs }) =>
    isHere(outputs!) ? [] : [`${labels.get(key!) ?? key} at ${at}`],
  )
}

/** The rows by table; what hangs on a result that cannot be believed goes with it. */
export function provenRows({ rows, damaged }: Salvage, intact: IntactSize): Map<string, ReadonlyArray<Row>> {
  const of = (table: string): ReadonlyArray<Row> => rows.get(table) ?? []
  const outputs = byKey(of("outputs"))
  const names = damaged.has("outputs") ? namesByStage(of("results"), outputs) : undefined
  const proven = of("results").filter((result) => {
    const own = outputs.get(result.key as string) ?? []
    const isComplete = names === undefined || own.length === names.get(result.stage as string)!.size
    return (
      isComplete &&
      own.length > 0 &&
      own.every(({ digest, kind }) => intact(digest as Digest, kind as string) !== undefined)
    )
  })
  const keys = new Set(proven.map(({ key }) => key))
  const kept = (table: string): ReadonlyArray<Row> => of(table).filter(({ key }) => keys.has(key))
  return new Map([
    ...rows,
    ["results", proven],
    [
      "outputs",
      kept("outputs").map((row) => ({ ...row, size: intact(row.digest as Digest, row.kind as string)! })),
    ],
    ["inputs", damaged.has("inputs") ? proven.flatMap(inputsOf) : kept("inputs")],
    ["metrics", kept("metrics")],
  ])
}

function byKey(rows: ReadonlyArray<Row>): ReadonlyMap<string, ReadonlyArray<Row>> {
  const groups = new Map<string, Array<Row>>()
  for (const row of rows) {
    const group = groups.get(row.key as string)
    if (group === undefined) groups.set(row.key as string, [row])
    else group.push(row)
  }
  return groups
}

/** What any result of a stage gives, all of them should: one that lost a row would be a hit without an output. */
function namesByStage(
  results: ReadonlyArray<Row>,
  outputs: ReadonlyMap<string, ReadonlyArray<Row>>,
): ReadonlyMap<string, ReadonlySet<unknown>> {
  const names = new Map<string, Set<unknown>>()
  for (const { key, stage } of results) {
    const known = names.get(stage as string) ?? new Set()
    for (const { name } of outputs.get(key as string) ?? []) known.add(name)
    names.set(stage as string, known)
  }
  return names
}

/** The fingerprint names them too, if it is of a format that is known. */
function inputsOf({ key, fingerprint }: Row): ReadonlyArray<Row> {
  const { format, inputs }: { format: string; inputs: InputDigests } = parsePreImage(fingerprint as string)
  if (!isReadable(format)) return []
  return Object.entries(inputs).flatMap(([role, wired]) =>
    namedGiven(wired, isOneDigest).map(([name, digest]) => ({ key: key!, role, name, digest })),
  )
}
