// Heartbeats that a test moves: owners count as dead after seconds that take none.
import { type Heartbeat, heartbeat } from "../ledger/heartbeat.ts"

export interface TestHeartbeat extends Heartbeat {
  /** Lets so many milliseconds pass. */
  readonly pass: (milliseconds: number) => void
}

/** The usual intervals on a clock that stands still until it is moved. */
export function testHeartbeat(): TestHeartbeat {
  let now = Date.parse("2026-01-01T00:00:00Z")
  return {
    ...heartbeat,
    now: () => now,
    pass: (milliseconds) => {
      now += milliseconds
    },
  }
}

/** The real clock with all intervals shortened: at 0.01, 4 s stand for 400. */
export const shortHeartbeat = (scale: number): Heartbeat => ({
  now: heartbeat.now,
  interval: heartbeat.interval * scale,
  silence: heartbeat.silence * scale,
  longSilence: heartbeat.longSilence * scale,
})
