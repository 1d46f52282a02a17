// How a worker that was lost is told of, for whoever reads why its tasks have no result. It knows no process.

/** @returns what follows "the worker was": how its process ended */
export function endOf(code: number | null, signal: string | null): string {
  if (signal === null) return `gone with exit code ${code}`
  // Nobody but the system, as it runs out, ends a worker so by itself.
  const why =
    signal === "SIGKILL" ? " (if not by a person: the machine ran out of memory; try fewer --jobs)" : ""
  return `killed by ${signal}${why}`
}

/** @param errors what it wrote to standard error. @returns the end of that, traces left out; empty where it wrote nothing */
export function lastWordsOf(errors: string): string {
  const isTrace = (line: string): boolean => /^(\s+at |Node\.js v|\s*$)/.test(line)
  const text = errors
    .split("\n")
    .filter((line) => !isTrace(line))
    .join("\n")
    .trim()
  return text === "" ? "" : `; it last wrote: ${text.slice(-400)}`
}
