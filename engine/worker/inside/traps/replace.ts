// Puts a trap in the place of a function or of a property. It knows no trap.
import { promisify } from "node:util"

export type Real = (...args: ReadonlyArray<unknown>) => unknown
export type Trap = (this: unknown, ...args: ReadonlyArray<unknown>) => unknown

/** Replaces a method, if there is one: other runtimes lack some. @param make the trap, from what it stands for */
export function replace(owner: object, name: string, make: (real: Real) => Trap): void {
  const real = (owner as Record<string, unknown>)[name]
  if (typeof real !== "function") return
  const trap = make(real as Real)
  for (const part of Reflect.ownKeys(real)) {
    const { value, writable } = Object.getOwnPropertyDescriptor(real, part)!
    if (["length", "name", "prototype"].includes(String(part)) || writable === undefined) continue
    const isPromised = part === promisify.custom && typeof value === "function"
    Object.defineProperty(trap, part, { value: isPromised ? make(value) : value, configurable: true })
  }
  put(owner, name, trap)
}

/** Replaces a property by a value, unless it is there for good. */
export function put(owner: object, name: string, value: unknown): void {
  const { enumerable = true, configurable = true } = Object.getOwnPropertyDescriptor(owner, name) ?? {}
  if (configurable) Object.defineProperty(owner, name, { value, enumerable, configurable, writable: true })
}

/** Replaces what a property reads as. @param make what it reads as, from what it would */
export function replaceValue(
  owner: object,
  name: string,
  make: (real: () => unknown) => () => unknown,
): void {
  const property = Object.getOwnPropertyDescriptor(owner, name)
  if (property === undefined || property.configurable === false) return
  const { enumerable = true, get } = property
  const given = "value" in property
  let { value } = property
  const real = function (this: unknown): unknown {
    return given ? value : get?.call(this)
  }
  const read = make(real)
  const set = function (this: unknown, next: unknown): void {
    if (given) value = next
    else property.set?.call(this, next)
  }
  Object.defineProperty(owner, name, { get: read, set, enumerable, configurable: true })
}
