// Stands in for Effect in a thread, whose function gets by without it: what modules declare with it when they are loaded comes
// to nothing, and whatever uses it later is told so. Effect itself would cost each thread 40 MB and a tenth of a second.

let isLoading = true

/** From here on it may no longer be used. */
export const loaded = (): void => {
  isLoading = false
}

const get = (name: string | symbol): unknown => {
  if (name === "then") return undefined
  if (name === Symbol.toPrimitive) return () => ""
  if (name === Symbol.iterator) return () => [][Symbol.iterator]()
  return allowed()
}

/** A bundle's import of a module inherits from what the module inherits from. */
const ancestor = new Proxy(Object.create(null), { get: (_, name) => get(name) })

const nothing: unknown = new Proxy(class {}, {
  get: (target, name) => (name === "prototype" ? target.prototype : get(name)),
  getPrototypeOf: () => ancestor,
  apply: () => allowed(),
  construct: () => allowed() as object,
})

function allowed(): unknown {
  if (isLoading) return nothing
  throw new TypeError("a stage's `thread` used Effect, which threads do without: use it in `run`")
}

;(globalThis as Record<symbol, unknown>)[Symbol.for("refold.effect")] = nothing
