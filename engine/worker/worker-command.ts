// The command that starts a worker: this Node and the built worker, or what the user names instead of Node.
import { fileURLToPath } from "node:url"

/** The command that starts a worker, its own script last. */
export type WorkerCommand = readonly [string, ...ReadonlyArray<string>]

/** From this file's bundle in dist/, or from the engine's source. */
const script = (): string =>
  fileURLToPath(
    new URL(
      import.meta.url.endsWith(".ts") ? "../build/work.mjs" : "../engine/build/work.mjs",
      import.meta.url,
    ),
  )

/** @param runtime such as `qemu-aarch64-static /path/node --no-opt`, split as a shell splits words */
export const workerCommand = (runtime: string | undefined): WorkerCommand => {
  const [program = process.execPath, ...args] = runtime === undefined ? [] : shellWords(runtime)
  return [program, ...args, script()]
}

function shellWords(text: string): ReadonlyArray<string> {
  const words = text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []
  return words.map((word) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ""),
  )
}
