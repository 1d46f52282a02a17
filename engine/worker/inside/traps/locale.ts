// The locale: what names none means en-US whatever the machine, where a task runs. It knows the parts of Intl and what uses them.
import { guarding } from "./guard.ts"
import { put, replace } from "./replace.ts"

const standard = "en-US"

/** A list of locales to whose end the standard one is added: what knows none of the others takes that, and not the machine's. */
const withStandard = (locales: unknown): unknown => {
  if (locales === undefined) return standard
  return Array.isArray(locales) ? [...locales, standard] : [locales, standard]
}

export function trapLocale(): void {
  for (const name of Object.getOwnPropertyNames(Intl)) trapConstructor(name)
  trapComparison()
  const { prototype: bytes } = Object.getPrototypeOf(Uint8Array) as { readonly prototype: object }
  for (const owner of [Number.prototype, BigInt.prototype, Array.prototype, bytes])
    trapMethod(owner, "toLocaleString")
  for (const name of ["toLocaleLowerCase", "toLocaleUpperCase"]) trapMethod(String.prototype, name)
  for (const name of ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"])
    trapMethod(Date.prototype, name)
}

function trapConstructor(name: string): void {
  const real = (Intl as unknown as Record<string, unknown>)[name]
  if (typeof real !== "function" || !("prototype" in real) || name === "Locale") return
  const standing = new Proxy(real as new (...args: ReadonlyArray<unknown>) => object, {
    construct: function construct(target, [locales, ...rest], newTarget) {
      const given = guarding(construct as never) === undefined ? locales : withStandard(locales)
      return Reflect.construct(target, [given, ...rest], newTarget)
    },
    apply: function apply(target, self, [locales, ...rest]) {
      const given = guarding(apply as never) === undefined ? locales : withStandard(locales)
      return Reflect.apply(target as never, self, [given, ...rest])
    },
  })
  put(real.prototype as object, "constructor", standing)
  put(Intl, name, standing)
}

function trapMethod(owner: object, name: string): void {
  replace(
    owner,
    name,
    (real) =>
      function trap(this: unknown, locales, ...rest) {
        return Reflect.apply(real, this, [
          guarding(trap) === undefined ? locales : withStandard(locales),
          ...rest,
        ])
      },
  )
}

/** One collator for all that name nothing: to make one takes a thousand times as long as to compare. */
function trapComparison(): void {
  let compare: ((a: string, b: string) => number) | undefined
  replace(
    String.prototype,
    "localeCompare",
    (real) =>
      function trap(this: unknown, other, locales, ...rest) {
        if (guarding(trap) === undefined) return Reflect.apply(real, this, [other, locales, ...rest])
        if (this === null || this === undefined || locales !== undefined || rest.length > 0)
          return Reflect.apply(real, this, [other, withStandard(locales), ...rest])
        compare ??= new Intl.Collator(standard).compare
        return compare(String(this), String(other))
      },
  )
}
