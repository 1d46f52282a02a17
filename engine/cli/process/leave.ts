// Ends this process with its exit code, also when the terminal that it was started in has gone.
import { closeSync } from "node:fs"
import { isatty } from "node:tty"

/** Standard input, output and error, as far as they were a terminal. */
const terminals = [0, 1, 2].filter(isatty)

/** The process's own, also while declarations are loaded, which may not. */
const exit: (code: number) => never = process.exit.bind(process)

/** Node sets terminals back to what they were, and crashes on one that is not there any more, unless it is closed. */
export function leave(code: number): never {
  for (const file of terminals) if (!isatty(file)) closeSync(file)
  return exit(code)
}
