// The items of a list, each with the name that tells it apart from the others. Pure.
import { canonical, type Json } from "../content/canonical.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import type { Item } from "./planned.ts"

/** A text is called what it says, anything else by its canonical bytes. */
export const nameOf = (item: Json): string => (typeof item === "string" ? item : canonical(item))

/** The items of a value list, each given to the body as it stands there. @throws DeclarationError for what is no list, or has an item twice */
export function itemsOf(list: Json): ReadonlyArray<Item> {
  if (!Array.isArray(list)) {
    const what = list === null ? "null" : typeof list === "object" ? "an object" : `a ${typeof list}`
    throw new DeclarationError(`its list is ${what}: give an array`)
  }
  const items = (list as ReadonlyArray<Json>).map(
    (listed): Item => ({
      listed,
      name: nameOf(listed),
      given: listed,
    }),
  )
  const first = new Map<string, number>()
  for (const [i, { name, listed }] of items.entries()) {
    const before = first.get(name)
    if (before !== undefined) throw new DeclarationError(sameName(items[before]!, before, listed, i))
    first.set(name, i)
  }
  return items
}

/** A text may say what another item is. */
function sameName({ listed: first, name }: Item, i: number, second: Json, j: number): string {
  const isSame = typeof first === typeof second
  const which = isSame ? JSON.stringify(first) : `${JSON.stringify(first)} and ${JSON.stringify(second)}`
  return `its list has ${which} ${isSame ? "twice" : `, both called ${name}`}, at ${i + 1} and ${j + 1}: list each item once`
}
