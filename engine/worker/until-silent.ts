// Waits until what other processes have written into pipes has been heard, however many pipes it came through.

/** Turns of the event loop without a word, after which what was written before has been heard. */
const silentTurns = 2
/** Milliseconds after which one that never falls silent is left alone. */
const longest = 200

/** @param heard how much has been heard so far */
export async function untilSilent(heard: () => number): Promise<void> {
  const started = performance.now()
  let last = heard()
  for (let silent = 0; silent < silentTurns && performance.now() - started < longest; silent++) {
    await new Promise((resume) => setImmediate(resume))
    if (heard() !== last) silent = -1
    last = heard()
  }
}
