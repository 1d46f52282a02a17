// What an experiment or a body returns: outputs, and places in groups, under the dotted names of where they stand. Pure.
import { DeclarationError } from "../declare/declaration-error.ts"
import { groupPlace } from "../declare/each.ts"
import type { NamedChoice, NamedGroup, NamedOutput } from "./planned.ts"
import { isOptionalOutput, isOutput } from "./wired-outputs.ts"

/** What is at hand while results are named, and what it lies in. */
interface Found {
  readonly value: unknown
  readonly name: string
  readonly single: boolean
  readonly outer: Found | undefined
}

export interface NamedResults {
  readonly outputs: ReadonlyArray<NamedOutput>
  readonly groups: ReadonlyArray<NamedGroup>
  readonly choices: ReadonlyArray<NamedChoice>
}

/** In the order in which they stand. @throws DeclarationError for what contains itself */
export function namedResults(wired: unknown): NamedResults {
  const outputs: Array<NamedOutput> = []
  const groups: Array<NamedGroup> = []
  const choices: Array<NamedChoice> = []
  const open: Array<Found> = [{ value: wired, name: "", single: true, outer: undefined }]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { value, name, single } = at
    const place = groupPlace(value)
    if (place !== undefined) groups.push({ name: name === "" ? place.node.name : name, place })
    const isWirable = isOutput(value) || isOptionalOutput(value)
    if (isWirable) {
      const named = { name: name === "" ? value.name : name, single }
      if (isOutput(value) && value.source._tag !== "Choice") outputs.push({ ...named, output: value })
      else choices.push({ ...named, output: value })
    }
    if (place !== undefined || isWirable || typeof value !== "object" || value === null) continue
    for (let { outer } = at; outer !== undefined; outer = outer.outer)
      if (outer.value === value) throw new DeclarationError(`the results at "${name}" contain themselves`)
    const inside = Object.entries(value).map(([key, inner]) => ({
      value: inner,
      name: name === "" ? key : `${name}.${key}`,
      single: single && !Array.isArray(value),
      outer: at,
    }))
    while (inside.length > 0) open.push(inside.pop()!)
  }
  return { outputs, groups, choices }
}

/** Each output once under each name. @throws DeclarationError for two outputs of one name */
export function distinctResults(
  experiment: string,
  results: ReadonlyArray<NamedOutput>,
): ReadonlyArray<NamedOutput> {
  const known = new Map<string, NamedOutput>()
  for (const result of results) {
    const { source, name } = known.get(result.name)?.output ?? result.output
    if (source !== result.output.source || name !== result.output.name)
      throw new DeclarationError(
        `experiment "${experiment}" returns two results called "${result.name}": give one of them another name`,
      )
    if (!known.has(result.name)) known.set(result.name, result)
  }
  return [...known.values()]
}
