// Runs a stage in the coordinator: for stages that declare themselves synchronous and cheap. The traps are up for the turn that it
// takes, and while its modules are loaded; the coordinator itself never meets them.
import * as Effect from "effect/Effect"
import type { Executor, News } from "./executor.ts"
import { placesIn } from "./inside/given-paths.ts"
import type { Host } from "./inside/host.ts"
import { importForm, loadedForm } from "./inside/import-stage.ts"
import { checkedBytes } from "./inside/input-bytes.ts"
import { performTask } from "./inside/perform-task.ts"
import { giveBack, takeConsole } from "./inside/telling/own-console.ts"
import { Globals } from "./inside/traps/globals.ts"
import { Guard } from "./inside/traps/guard.ts"
import { install } from "./inside/traps/install.ts"
import { Scratch } from "./inside/traps/scratch.ts"
import type { TaskFile } from "./protocol.ts"

const clock = performance.now.bind(performance)

type Here = Executor["Type"]["executeHere"]

/** What is the same for a stage that is guarded, and for a test's. */
const ways = (hear: (news: News) => void) => ({
  nudge: (nudge: Parameters<Host["nudge"]>[0]): void => {
    if (nudge.nudge === "progress" || nudge.nudge === "link") hear(nudge)
  },
  now: () => clock() / 1000,
  cores: () => 1,
})

export const executeInProcess: Here = (task, folder, hear) =>
  Effect.promise(async () => {
    install()
    const print = (text: string): void => hear({ nudge: "printed", text })
    const scratch = Scratch.beside(folder)
    const guard = new Guard(task, { print, scratch, places: placesIn(folder), isShared: true })
    const host: Host = {
      ...ways(hear),
      print,
      isShared: true,
      scratch: scratch.path,
      enter: () => {
        takeConsole(print)
        globals = (isLoading ? undefined : globals) ?? new Globals()
        setZone("UTC")
        guard.enter()
      },
      leave: () => {
        guard.leave()
        setZone(ownZone)
        if (globals?.restore() === false) globals = undefined
        giveBack(print)
      },
      outside: (own) => guard.outside(own),
      draw: (purpose) => guard.draw(purpose),
      form: (task) => guard.loaded(loadedForm(task)) ?? inTurn(() => guarded(task, guard)),
      read: checkedBytes,
    }
    try {
      return await performTask(task, folder, host)
    } finally {
      scratch.empty()
    }
  })

/** Without traps, and in its own time. @param sources where the stage's form and its inputs come from: for tests */
export const executeUnguarded =
  (sources: Pick<Host, "form" | "read">): Here =>
  (task, folder, hear) => {
    const print = (text: string): void => hear({ nudge: "printed", text })
    return Effect.promise(() =>
      performTask(task, folder, {
        ...ways(hear),
        print,
        isShared: false,
        scratch: "",
        enter: () => takeConsole(print),
        leave: () => giveBack(print),
        outside: (own) => own(),
        draw: () => {},
        ...sources,
      }),
    )
  }

/** Loading takes several turns, and whose traps are up is asked by the process: one at a time. */
let last: Promise<unknown> = Promise.resolve()

function inTurn<A>(load: () => Promise<A>): Promise<A> {
  const loaded = last.then(load)
  last = loaded.catch(() => {})
  return loaded
}

/** What all code here shares, as it is before a stage runs: looked at anew once a bundle was loaded, or a stage changed it. */
let globals: Globals | undefined
/** Of another task, whose modules may change it while this one runs. */
let isLoading = false

async function guarded(task: TaskFile, guard: Guard): ReturnType<typeof importForm> {
  setZone("UTC")
  isLoading = true
  try {
    return await guard.loading(() => importForm(task))
  } finally {
    isLoading = false
    globals = undefined
    setZone(ownZone)
  }
}

/** The zone of this process, as far as the environment says; a task's is UTC. */
const ownZone = process.env.TZ
/** Asked when the first task runs here: the answer takes twelve milliseconds of a start, and most have no need of it. */
let isUtc: boolean | undefined

function setZone(zone: string | undefined): void {
  isUtc ??= new Intl.DateTimeFormat().resolvedOptions().timeZone === "UTC"
  if (isUtc) return
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
}
