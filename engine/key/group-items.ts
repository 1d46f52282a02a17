// The items that a group is made of, read from what gives its list. Pure but for what it is handed.
import { baseOf, isFolder } from "../content/kind.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import { groupPlace } from "../declare/each.ts"
import type { Output } from "../declare/task.ts"
import { itemsOf } from "../plan/items.ts"
import type { Item, PlannedGroup } from "../plan/planned.ts"
import { outputAt } from "../plan/unfolding.ts"
import { isOutput } from "../plan/wired-outputs.ts"
import { type KnownOutputs, recordOf } from "./known.ts"

/** Each file is an input by its content; of the kind that the folder's kind says of its files, else of its extension. */
function filesIn(over: Output<string>, known: KnownOutputs): ReadonlyArray<Item> {
  const files = known.folder(recordOf(over, known).digest)
  if (files === undefined)
    throw new DeclarationError(`the files of ${over.name} are not known here: run the experiment`)
  const [, kind] = /^[^:]*:(.+)$/.exec(over.kind) ?? []
  const from = over.source._tag === "Task" ? { from: over.source } : {}
  return files.map(({ name, digest, size }): Item => {
    const record = { kind: kind ?? /\.([^./]+)$/.exec(name)?.[1] ?? "bytes", digest, size }
    const given: Output<string> = {
      ...{ _tag: "Output", kind: record.kind, name },
      source: { _tag: "Item", record, ...from },
    }
    return { listed: name, name, given }
  })
}

/** Bytes of a list of values: lock files quote it. */
const longestList = 256 * 1024

function valuesIn(over: Output<string>, known: KnownOutputs): ReadonlyArray<Item> {
  const { digest, size } = recordOf(over, known)
  if (size > longestList)
    throw new DeclarationError(
      `its list takes ${Math.ceil(size / 1024)} KB, and a lock file quotes at most ${longestList / 1024}: give a folder, with a file for each item`,
    )
  return itemsOf(known.value(digest))
}

/**
 * Once what gives the list has: its own artifact, or the group that it goes along with.
 *
 * @throws DeclarationError for what is no list, is too long, or names an item twice; CorruptArtifact for a list that cannot be read
 */
export function groupItems({ node }: PlannedGroup, known: KnownOutputs): ReadonlyArray<Item> {
  const { over } = node
  if (isOutput(over)) {
    if (baseOf(over.kind) === "value") return valuesIn(over, known)
    if (isFolder(over.kind)) return filesIn(over, known)
    throw new DeclarationError(
      `it is made over ${over.name}, of kind ${over.kind}: give a value, a folder or a group`,
    )
  }
  const place = groupPlace(over)!
  return known
    .opened(place.node)
    .entries.map(({ item, value }) => ({ ...item, given: outputAt(value, place) }))
}
