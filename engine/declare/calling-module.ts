// Which module declares a stage: said by the loader of experiments, else read off the stack. Knows no stage.

/** Set by the loader of experiments before each module's body, so that a stage knows where it was declared. */
export const moduleMark = Symbol.for("refold.module")

/**
 * The module that declares a stage: as the loader marked it, else the one from which `declaring` was called.
 *
 * @param declaring the function that the author's module called
 */
export function callingModule(declaring: (...args: never) => unknown): string | undefined {
  const marked = (globalThis as Record<symbol, unknown>)[moduleMark]
  return typeof marked === "string" ? marked : modulesBelow(declaring)[0]
}

/** Asked for as data, since a path in the text of a stack may hold blanks; from the text where there is no such thing. */
function modulesBelow(declaring: (...args: never) => unknown): ReadonlyArray<string> {
  const errors = Error as { prepareStackTrace?: unknown }
  const before = errors.prepareStackTrace
  let modules: ReadonlyArray<string> | undefined
  errors.prepareStackTrace = (_: unknown, sites: ReadonlyArray<{ getFileName: () => string | null }>) => {
    modules = sites
      .map((site) => site.getFileName() ?? "")
      .filter((name) => /^(file:|\/|[A-Z]:\\)/.test(name))
    return ""
  }
  const trace: { stack?: string } = {}
  Error.captureStackTrace(trace, declaring)
  const text = trace.stack ?? ""
  errors.prepareStackTrace = before
  return (modules ?? text.match(/(file:\/\/)?\/[^\s()]+?(?=:\d+:\d+)/g) ?? []).map(
    (name) => name.split("?", 1)[0]!,
  )
}
