// Threads for tests, each running our own code as a page's or a worker's thread would.
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import { buildSync } from "esbuild"
import type { Test } from "tap"

/**
 * Threads that run `code`, which sees what ml/wasm/member.ts, ml/wasm/team/ and ml/native/open.ts export as `ml`, and `given` of each message;
 * what it says is `say(…)`.
 */
export function threads(t: Test, count: number, code: string): ReadonlyArray<Worker> {
  const { outputFiles } = buildSync({
    stdin: {
      contents: ["wasm/member", "wasm/team/control", "wasm/team/serve", "native/open"]
        .map((file) => `export * from "./ml/${file}.ts"`)
        .join("\n"),
      resolveDir: fileURLToPath(new URL("../../..", import.meta.url)),
    },
    bundle: true,
    format: "iife",
    globalName: "ml",
    write: false,
  })
  const script = `${outputFiles[0]!.text}
    const { parentPort } = require("node:worker_threads")
    const say = (word) => parentPort.postMessage(word)
    parentPort.on("message", (given) => { ${code} })`
  const all = Array.from({ length: count }, () => new Worker(script, { eval: true, execArgv: [] }))
  t.teardown(() => Promise.all(all.map((worker) => worker.terminate())))
  return all
}

/** The next word that a thread says. */
export async function heard(worker: Worker): Promise<unknown> {
  const [word] = await once(worker, "message")
  return word
}
