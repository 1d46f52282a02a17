// The calls of other experiments that the wiring at hand stands in. It knows no experiment but as an object.
interface Calling {
  readonly experiment: object
  readonly name: string
}

/** The outermost first. */
let calls: ReadonlyArray<Calling> = []

export const callsAtHand = (): ReadonlyArray<Calling> => calls

/** What labels of the wiring at hand are told apart by; undefined in the experiment's own. */
export const calledIn = (): string | undefined =>
  calls.length === 0 ? undefined : calls.map(({ name }) => name).join(".")

/** The name of something that is declared in a call, told apart from the same of others. */
export const inCall = (name: string): string =>
  [calledIn(), name].filter((part) => part !== undefined).join(".")

export function calling<A>(call: Calling, wire: () => A): A {
  const outer = calls
  calls = [...outer, call]
  try {
    return wire()
  } finally {
    calls = outer
  }
}
