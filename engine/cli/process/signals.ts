// What the system says to end: Ctrl-C, a terminal that closed, a service manager. It knows no runs: whoever listens ends
// what is under way.

/** Windows knows the last only; the others are never sent there, except by Ctrl-C. */
const ends = ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"] as const

/** Milliseconds that a clean end may take, before one who asks again is not made to wait. */
const cleanEndAtMost = 10_000

export interface Listening {
  /** Something asked to end. */
  readonly wasAsked: () => boolean
  /** Nothing is left that an end would tear: from here on a signal ends the process at once. */
  readonly over: () => void
}

/**
 * Calls `end` when it is asked for first. A second Ctrl-C tears nothing either: the end is under way, and by then its
 * workers are gone.
 *
 * @param quit ends the process; what was under way may then be torn
 */
export function listenForEnd(end: () => void, quit: () => void): Listening {
  let asked: number | undefined
  let isOver = false
  const hear = (): void => {
    const isFirst = asked === undefined
    asked ??= performance.now()
    if (isOver || performance.now() - asked > cleanEndAtMost) quit()
    else if (isFirst) end()
  }
  for (const signal of ends.filter(isKnown)) {
    const launchers = process.listeners(signal)
    process.on(signal, hear) // before the launcher's go: with nobody listening, one that has come and was not heard yet is lost
    for (const listener of launchers) process.off(signal, listener)
  }
  return { wasAsked: () => asked !== undefined, over: () => void (isOver = true) }
}

const isKnown = (signal: (typeof ends)[number]): boolean =>
  signal !== "SIGBREAK" || process.platform === "win32"
