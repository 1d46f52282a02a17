// What a table of contents hands on, a module that says `export { … } from …` and nothing else. Knows no file.
import { nameOf, parseModule } from "./syntax.ts"

/** Where a name is from. */
export interface HandedOn {
  /** As it is written there. */
  readonly module: string
  /** What it is called there. */
  readonly local: string
}

/** By the names that it gives; undefined for a module that does more than hand on. */
export async function handedOn(code: string): Promise<ReadonlyMap<string, HandedOn> | undefined> {
  const found = new Map<string, HandedOn>()
  for (const statement of (await parseModule(code))?.body ?? []) {
    if (statement.type !== "ExportNamedDeclaration" || !statement.source) return undefined
    for (const { local, exported } of statement.specifiers)
      found.set(nameOf(exported), { module: nameOf(statement.source), local: nameOf(local) })
  }
  return found
}
