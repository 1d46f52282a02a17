// What a stage leaves in the objects that all code of a process shares: the next task would meet it. It knows no stage.

const shared: Readonly<Record<string, object>> = {
  globalThis,
  Math,
  JSON,
  console,
  "Object.prototype": Object.prototype,
  "Array.prototype": Array.prototype,
  "String.prototype": String.prototype,
  "Number.prototype": Number.prototype,
}

type Properties = ReadonlyMap<PropertyKey, PropertyDescriptor>

export class Globals {
  readonly #before = new Map(Object.entries(shared).map(([name, owner]) => [name, propertiesOf(owner)]))

  /** What has come, gone or become another since, by name. What Node itself loads at first sight counts as there. */
  changed(): ReadonlyArray<string> {
    return this.#changes().map(([name, , key]) => `${name === "globalThis" ? "" : `${name}.`}${String(key)}`)
  }

  /** Puts all back, where others go on in this process. */
  restore(): void {
    for (const [, owner, key, property] of this.#changes())
      if (property === undefined) Reflect.deleteProperty(owner, key)
      else Reflect.defineProperty(owner, key, property)
  }

  #changes(): ReadonlyArray<readonly [string, object, PropertyKey, PropertyDescriptor | undefined]> {
    return Object.entries(shared).flatMap(([name, owner]) => {
      const before = this.#before.get(name)!
      const after = propertiesOf(owner)
      const keys = new Set([...before.keys(), ...after.keys()])
      return [...keys]
        .filter((key) => !isSame(before.get(key), after.get(key)) && !(isLate(key) && !before.has(key)))
        .map((key) => [name, owner, key, before.get(key)] as const)
    })
  }
}

const propertiesOf = (owner: object): Properties =>
  new Map(Reflect.ownKeys(owner).map((key) => [key, Object.getOwnPropertyDescriptor(owner, key)!]))

/** What Node itself adds when its `fetch`, `Headers` or `FormData` are first looked at. */
const isLate = (key: PropertyKey): boolean =>
  typeof key === "symbol" && /^undici\.globalDispatcher\.\d+$/.test(key.description ?? "")

function isSame(before: PropertyDescriptor | undefined, after: PropertyDescriptor | undefined): boolean {
  if (before === undefined || after === undefined) return false
  return !("value" in before) || !("value" in after) || Object.is(before.value, after.value)
}
