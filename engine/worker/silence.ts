// Whether a worker that holds many tasks has fallen silent: one of them keeps it from listening. It knows no process and no clock.

/** Looks, one a second, in which a worker that holds what only waits says nothing, though it says each second that it is alive. */
const silentAtMost = 30

/** @param heard how much it has said so far. @returns asked at each look, whether it was silent for too long: it is stuck in one of them */
export function silence(heard: () => number): () => boolean {
  let [last, silent] = [heard(), 0]
  return () => {
    silent = last === heard() ? silent + 1 : 0
    last = heard()
    return silent >= silentAtMost
  }
}

/** What is said of one that was. */
export const stuck = `the worker was busy for ${silentAtMost} s without a pause, and was stopped: what is asked only waits, so a loop without end, or a computation that belongs in a stage of its own`
