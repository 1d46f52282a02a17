// What a call of a stage may give as params: what its schema says, without the fields that have a default. Types only.
import type { Schema } from "effect"

/** The params that a schema takes of a caller: fields with a default may be left out, at every depth. */
export type Given<S> = S extends { readonly fields: infer F; readonly records: readonly [] }
  ? GivenFields<F>
  : S extends Schema.Array$<infer Item>
    ? ReadonlyArray<Given<Item>>
    : S extends Schema.NonEmptyArray<infer Item>
      ? readonly [Given<Item>, ...ReadonlyArray<Given<Item>>]
      : S extends Schema.Tuple<infer Items extends ReadonlyArray<Schema.Schema.Any>>
        ? { readonly [I in keyof Items]: Given<Items[I]> }
        : S extends Schema.Record$<infer K, infer V>
          ? { readonly [N in Schema.Schema.Type<K> & PropertyKey]: Given<V> }
          : S extends Schema.Union<infer Members>
            ? Given<Members[number]>
            : S extends Schema.refine<infer A, infer From>
              ? Narrowed<A, From>
              : TypeOf<S>

/** Of a filtered schema; one that narrows its type (a brand) takes that type. */
type Narrowed<A, From> = TypeOf<From> extends A ? Given<From> : A

type GivenFields<F> = Flat<
  { readonly [N in keyof F as Presence<F[N]> extends "needed" ? N : never]: GivenField<F[N]> } & {
    readonly [N in keyof F as Presence<F[N]> extends "optional" ? N : never]?: GivenField<F[N]>
  } & {
    readonly [N in keyof F as Presence<F[N]> extends "filled" ? N : never]?: GivenField<F[N]> | undefined
  }
>

/** `filled`: it has a default, or is made of nothing when it is read. */
type Presence<F> = F extends
  | { readonly _HasDefault: true }
  | { readonly _TypeToken: ":"; readonly _EncodedToken: "?:" }
  ? "filled"
  : F extends { readonly _TypeToken: "?:" }
    ? "optional"
    : "needed"

type GivenField<F> = F extends { readonly _TypeToken: unknown }
  ? F extends { readonly from: infer S }
    ? [TypeOf<F>] extends [TypeOf<S> | undefined]
      ? Given<S> | Extract<TypeOf<F>, undefined>
      : TypeOf<F>
    : TypeOf<F>
  : Given<F>

type TypeOf<S> = S extends Schema.Schema.Variance<infer A, infer _I, infer _R> ? A : never
type Flat<T> = { [N in keyof T]: T[N] }
