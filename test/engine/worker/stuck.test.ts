// in turn: it starts processes.
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import t, { type Test } from "tap"
import { open } from "../../../engine/testing/layers.ts"
import { gone } from "../../../engine/testing/processes.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { Executor, type WorkerLost } from "../../../engine/worker/executor.ts"
import { localPool } from "../../../engine/worker/local-pool.ts"
import type { TaskFile } from "../../../engine/worker/protocol.ts"

/**
 * Workers that never say what comes of an attempt, and print who they are at each: they say that they are alive only when a file asks for it.
 * Seconds pass as the test says.
 */
function pool(t: Test) {
  const folder = temporaryFolder(t)
  const worker = join(folder, "worker.mjs")
  writeFileSync(
    worker,
    `import { createInterface } from "node:readline"
     import { existsSync, rmSync, writeSync } from "node:fs"
     const ask = ${JSON.stringify(join(folder, "ask"))}
     const say = (nudge) => writeSync(3, JSON.stringify(nudge) + "\\n")
     setInterval(() => {
       if (!existsSync(ask)) return
       rmSync(ask)
       say({ nudge: "alive" })
     }, 5)
     createInterface({ input: process.stdin }).on("line", (line) => {
       const { attempt } = JSON.parse(line)
       say({ nudge: "printed", attempt, text: String(process.pid) })
     })`,
  )
  const looks = new Set<() => void>()
  const often = (look: () => void): (() => void) => {
    looks.add(look)
    return () => looks.delete(look)
  }
  const services = open(t, localPool([process.execPath, worker], {}, undefined, often))
  const task = { code: worker, codeDigest: "0", request: null } as unknown as TaskFile
  const attempt = (isAlone = false) => {
    let hear = (_: number): void => {}
    const pid = new Promise<number>((resolve) => {
      hear = resolve
    })
    const executed = Context.get(services, Executor).execute(
      task,
      temporaryFolder(t),
      (news) => news.nudge === "printed" && hear(Number(news.text)),
      undefined,
      isAlone,
    )
    return { pid, lost: Effect.runPromise(Effect.flip(executed)) as Promise<WorkerLost> }
  }
  const pass = (seconds: number): void => {
    for (let i = 0; i < seconds; i++) for (const look of [...looks]) look()
  }
  return { attempt, pass, askForLife: () => writeFileSync(join(folder, "ask"), ""), folder }
}

t.test(
  "a worker that holds many and says nothing for 30 seconds is ended, and nobody knows whose doing it was",
  async (t) => {
    const { attempt, pass } = pool(t)
    const all = [attempt(), attempt(), attempt()]
    const pids = await Promise.all(all.map(({ pid }) => pid))
    t.equal(new Set(pids).size, 1, "they are in one")
    pass(30) // the first hears what they printed
    const early = await Promise.race([all[0]!.lost, new Promise((resolve) => setImmediate(resolve, "none"))])
    t.equal(early, "none")
    pass(1)
    for (const { lost } of all)
      t.match(await lost, {
        message: /busy for 30 s without a pause/,
        facts: { inCompany: true, isFinal: undefined },
      })
    await gone(pids[0]!)
  },
)

t.test("one that says that it is alive is left alone", async (t) => {
  const { attempt, pass, askForLife, folder } = pool(t)
  const held = attempt()
  await held.pid
  for (let i = 0; i < 3; i++) {
    pass(20)
    askForLife()
    while (existsSync(join(folder, "ask"))) await new Promise((resolve) => setImmediate(resolve))
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  const early = await Promise.race([held.lost, new Promise((resolve) => setImmediate(resolve, "none"))])
  t.equal(early, "none")
})

t.test(
  "who waits alone has a process to itself, which ends with it; stuck there, it would be so again",
  async (t) => {
    const { attempt, pass } = pool(t)
    const all = [attempt(true), attempt(true)]
    const pids = await Promise.all(all.map(({ pid }) => pid))
    t.equal(new Set(pids).size, 2)
    pass(31)
    for (const { lost } of all) t.match((await lost).facts, { isFinal: true, inCompany: undefined })
    for (const pid of pids) await gone(pid)
  },
)
