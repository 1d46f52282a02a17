// The items that a group is made of, read from what gives its list. Pure but for what it is handed.
import { baseOf } from "../content/kind.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import { groupPlace } from "../declare/each.ts"
import { itemsOf } from "../plan/items.ts"
import type { Item, PlannedGroup } from "../plan/planned.ts"
import { outputAt } from "../plan/unfolding.ts"
import { isOutput } from "../plan/wired-outputs.ts"
import { type Known, recordOf } from "./resolve.ts"

/**
 * Once what gives the list has: its own artifact, or the group that it goes along with.
 *
 * @throws DeclarationError for what is no list, or names an item twice; CorruptArtifact for a list that cannot be read
 */
export function groupItems({ node }: PlannedGroup, known: Known): ReadonlyArray<Item> {
  const { over } = node
  if (isOutput(over)) {
    if (baseOf(over.kind) === "value") return itemsOf(known.value(recordOf(over, known).digest))
    throw new DeclarationError(
      `it is made over ${over.name}, of kind ${over.kind}: give a value, a folder or a group`,
    )
  }
  const place = groupPlace(over)!
  return known
    .opened(place.node)
    .entries.map(({ item, value }) => ({ ...item, given: outputAt(value, place) }))
}
