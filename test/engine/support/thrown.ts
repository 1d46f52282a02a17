/** What `run` throws, so that a test can match its tag, message and facts; it throws itself when nothing is thrown. */
export function thrown(run: () => unknown): Error & Readonly<Record<string, unknown>> {
  let given: unknown
  try {
    given = run()
  } catch (failure) {
    return failure as never
  }
  throw new Error(`nothing was thrown; it gave ${JSON.stringify(given)}`)
}
