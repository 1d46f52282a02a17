// A clock that stands still until a test moves it: whoever sleeps by it wakes when its time has passed.
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

export interface TestClock extends Clock.Clock {
  /** Seconds since it was made. */
  readonly seconds: () => number
  /** Moves to when the first sleeper wakes, if anyone sleeps, and wakes it. */
  readonly passToNext: () => void
}

export function testClock(): TestClock {
  let now = 0 // milliseconds
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>()
  const usual = Clock.make()
  return {
    [Clock.ClockTypeId]: usual[Clock.ClockTypeId],
    unsafeCurrentTimeMillis: () => now,
    unsafeCurrentTimeNanos: () => BigInt(Math.round(now * 1e6)),
    currentTimeMillis: Effect.sync(() => now),
    currentTimeNanos: Effect.sync(() => BigInt(Math.round(now * 1e6))),
    sleep: (duration) =>
      Effect.async((resume) => {
        const sleeper = { until: now + Duration.toMillis(duration), wake: () => resume(Effect.void) }
        sleepers.add(sleeper)
        return Effect.sync(() => void sleepers.delete(sleeper))
      }),
    seconds: () => now / 1000,
    passToNext: () => {
      const [first] = [...sleepers].sort((a, b) => a.until - b.until)
      if (first === undefined) return
      now = Math.max(now, first.until)
      for (const sleeper of [...sleepers].filter(({ until }) => until <= now)) {
        sleepers.delete(sleeper)
        sleeper.wake()
      }
    },
  }
}
