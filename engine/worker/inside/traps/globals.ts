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

/** The properties of an object as they were seen, in its order. */
interface Seen {
  readonly keys: ReadonlyArray<PropertyKey>
  readonly properties: ReadonlyArray<PropertyDescriptor>
}

export class Globals {
  readonly #before = new Map(Object.values(shared).map((owner) => [owner, seen(owner)]))

  /** What has come, gone or become another since, by name. What Node itself loads at first sight counts as there. */
  changed(): ReadonlyArray<string> {
    return this.#changes().map(([name, , key]) => `${name === "globalThis" ? "" : `${name}.`}${String(key)}`)
  }

  /** Puts all back, where others go on in this process. @returns whether all is as it was, and nothing was loaded either */
  restore(): boolean {
    if (this.#changed().length === 0) return true
    for (const [, owner, key, property] of this.#changes())
      if (property === undefined) Reflect.deleteProperty(owner, key)
      else Reflect.defineProperty(owner, key, property)
    return false
  }

  #changes(): ReadonlyArray<readonly [string, object, PropertyKey, PropertyDescriptor | undefined]> {
    return this.#changed().flatMap(([name, owner]) => {
      const [before, after] = [byKey(this.#before.get(owner)!), byKey(seen(owner))]
      const keys = new Set([...before.keys(), ...after.keys()])
      return [...keys]
        .filter((key) => !isSame(before.get(key), after.get(key)) && !(isLate(key) && !before.has(key)))
        .map((key) => [name, owner, key, before.get(key)] as const)
    })
  }

  /** Those of which anything is not as it was: mostly none. */
  #changed(): ReadonlyArray<readonly [string, object]> {
    return Object.entries(shared).filter(([, owner]) => !isUnchanged(owner, this.#before.get(owner)!))
  }
}

function seen(owner: object): Seen {
  const keys = Reflect.ownKeys(owner)
  return { keys, properties: keys.map((key) => Object.getOwnPropertyDescriptor(owner, key)!) }
}

/** Asked after each task: values are compared as they read, since to describe each property would take twice as long. */
function isUnchanged(owner: object, { keys, properties }: Seen): boolean {
  const now = Reflect.ownKeys(owner)
  if (now.length !== keys.length) return false
  for (let i = 0; i < keys.length; i++)
    if (now[i] !== keys[i] || !isSo(owner, keys[i]!, properties[i]!)) return false
  return true
}

function isSo(owner: object, key: PropertyKey, before: PropertyDescriptor): boolean {
  if (before.get === undefined && before.set === undefined)
    return Object.is((owner as Readonly<Record<PropertyKey, unknown>>)[key], before.value)
  const now = Object.getOwnPropertyDescriptor(owner, key)
  return now?.get === before.get && now?.set === before.set
}

const byKey = ({ keys, properties }: Seen): ReadonlyMap<PropertyKey, PropertyDescriptor> =>
  new Map(keys.map((key, i) => [key, properties[i]!]))

/** What Node itself adds when its `fetch`, `Headers` or `FormData` are first looked at. */
const isLate = (key: PropertyKey): boolean =>
  typeof key === "symbol" && /^undici\.globalDispatcher\.\d+$/.test(key.description ?? "")

function isSame(before: PropertyDescriptor | undefined, after: PropertyDescriptor | undefined): boolean {
  if (before === undefined || after === undefined) return false
  return !("value" in before) || !("value" in after) || Object.is(before.value, after.value)
}
