// Whether a stage waits for the clock, which stands still for it: a loop that does is stopped, and one that sleeps between is
// reported. It knows which turn of the event loop it is, and no clock.
import { createRequire } from "node:module"
import { promisify } from "node:util"

/** A stage that waits for time to pass where none does. */
export class StandingClock extends Error {
  readonly _tag = "StandingClock"
}

/** Readings in one turn of the event loop, after which no more are answered. */
const readingsAtMost = 10_000_000
/** Turns that began with a timer and read the clock, after which it is a wait. */
const waitsAtMost = 100
/** The same in milliseconds of timers, of a few turns at least. */
const waitedAtMost = 5000
const fewTurns = 3

const why = "within a task the clock stands still, so that the same is seen everywhere, and a wait for it"
const remedy = 'or declare `allow: ["clock"]` if the stage must see the time'

const nextTurn = setImmediate

/** The readings of one task. */
export class Readings {
  readonly #stage: string
  readonly #report: (line: string) => void
  #inTurn = 0
  /** Milliseconds of timers since a reading. */
  #slept = 0
  #waits = 0
  #waited = 0
  #isReported = false

  constructor(stage: string, report: (line: string) => void) {
    this.#stage = stage
    this.#report = report
  }

  /** @throws StandingClock */
  note(): void {
    if (this.#inTurn++ === 0) this.#begin()
    if (this.#inTurn > readingsAtMost)
      throw new StandingClock(
        `stage "${this.#stage}" read the clock ten million times without a pause: ${why} never ends. Count steps instead, ${remedy}`,
      )
  }

  slept(milliseconds: number): void {
    if (milliseconds >= 1) this.#slept += milliseconds
  }

  #begin(): void {
    nextTurn(() => {
      this.#inTurn = 0
    })
    if (this.#slept === 0 || this.#isReported) return
    this.#waits++
    this.#waited += this.#slept
    this.#slept = 0
    if (this.#waits < waitsAtMost && !(this.#waits >= fewTurns && this.#waited >= waitedAtMost)) return
    this.#isReported = true
    this.#report(
      `stage "${this.#stage}" has read the clock after each of ${this.#waits} timers: ${why} never ends. Wait for the timer alone, ${remedy}`,
    )
  }
}

type Timer = (...args: ReadonlyArray<unknown>) => unknown

/** Has `slept` hear of every timer that is over, with its milliseconds. */
export function watchTimers(slept: (milliseconds: number) => void): void {
  const require = createRequire(import.meta.url)
  const timers = require("node:timers") as Record<string, unknown>
  const promises = require("node:timers/promises") as Record<string, unknown>
  const later = promises.setTimeout as (...args: ReadonlyArray<unknown>) => Promise<unknown>
  const sleep: Timer = async (...args) => {
    const value = await later(...args)
    slept(Number(args[0]))
    return value
  }
  promises.setTimeout = sleep
  for (const name of ["setTimeout", "setInterval"] as const) {
    const watched = new Proxy(globalThis[name] as Timer, {
      apply: (real, self, [call, milliseconds, ...rest]) => {
        const heard =
          typeof call !== "function"
            ? call
            : function (this: unknown, ...args: ReadonlyArray<unknown>) {
                slept(Number(milliseconds))
                return Reflect.apply(call, this, args)
              }
        return Reflect.apply(real, self, [heard, milliseconds, ...rest])
      },
      get: (real, part) =>
        name === "setTimeout" && part === promisify.custom ? sleep : Reflect.get(real, part),
    })
    Object.assign(globalThis, { [name]: watched })
    timers[name] = watched
  }
}
