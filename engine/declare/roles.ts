// The roles that a stage declares for its inputs: one artifact, or none, or many under names, or those of a group.

/** A role that takes any number of artifacts of one kind, each under a name of its own: in which order they stand is in no key. */
export interface Many<K extends string> {
  readonly many: K
}
export const many = <const K extends string>(kind: K): Many<K> => ({ many: kind })

/** A role that takes one artifact, or none: it may be left out, and is then undefined. */
export interface Optional<K extends string> {
  readonly optional: K
}
export const optional = <const K extends string>(kind: K): Optional<K> => ({ optional: kind })

/** A role that takes what a group gives, in the order of its list: items and order are in the key. */
export interface Group<K extends string> {
  readonly group: K
}
export const group = <const K extends string>(kind: K): Group<K> => ({ group: kind })

/** A role that takes what a group gives although some of it failed: what succeeded, and the names of what did not, are in the key. */
export interface Settled<K extends string> {
  readonly settled: K
}
export const settled = <const K extends string>(kind: K): Settled<K> => ({ settled: kind })

export type Role = string | Many<string> | Optional<string> | Group<string> | Settled<string>
export type Roles = { readonly [role: string]: Role }

/** How many artifacts a role takes, and how it is given them. */
export type Arity = "one" | "optional" | "many" | "group" | "settled"

export function arityOf(role: Role): Arity {
  if (typeof role === "string") return "one"
  if ("many" in role) return "many"
  if ("optional" in role) return "optional"
  return "group" in role ? "group" : "settled"
}

/** The kind of a role's artifacts. */
export function kindOf(role: Role): string {
  if (typeof role === "string") return role
  if ("many" in role) return role.many
  if ("optional" in role) return role.optional
  return "group" in role ? role.group : role.settled
}

/** The type of the kind of a role's artifacts. */
export type KindOf<R> =
  R extends Many<infer K>
    ? K
    : R extends Optional<infer K>
      ? K
      : R extends Group<infer K>
        ? K
        : R extends Settled<infer K>
          ? K
          : R extends string
            ? R
            : never
