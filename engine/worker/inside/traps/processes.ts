// Processes and threads of a stage's own: what a script holds that it starts is in no key, and no trap stands in it.
import { createRequire } from "node:module"
import { standing } from "./caller.ts"
import { forbidding, type Guard } from "./guard.ts"
import { put, replace, type Trap } from "./replace.ts"

const starting = ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"]

const remedy =
  'what a program reads is in no key, so an edit of it would run nothing again; declare `allow: ["processes"]` if it must'

/** A package may start what it needs as it is loaded, when nobody has told it anything. */
const isItsOwn = (guard: Guard, below: Trap): boolean =>
  guard.phase === "loading" && !standing(guard.bundle, below).hasAuthor

export function trapProcesses(): void {
  const require = createRequire(import.meta.url)
  const processes = require("node:child_process") as object
  for (const name of starting)
    replace(
      processes,
      name,
      (real) =>
        function trap(this: unknown, ...args) {
          const guard = forbidding("processes", trap)
          if (guard !== undefined && !isItsOwn(guard, trap)) throw guard.refuse(`a process (${name})`, remedy)
          return Reflect.apply(real, this, args)
        },
    )
  trapThreads(require("node:worker_threads") as { readonly Worker: new () => object })
  trapKill()
}

function trapThreads(threads: { readonly Worker: new () => object }): void {
  const Worker: object = new Proxy(threads.Worker, {
    construct: function construct(target, args, newTarget) {
      const guard = forbidding("processes", construct as never)
      if (guard !== undefined && guard.caller(construct as never).is !== "package")
        throw guard.refuse(
          "a thread (Worker)",
          'in which no trap stands; use the stage\'s `thread`, or declare `allow: ["processes"]` if it must',
        )
      return Reflect.construct(target, args, newTarget)
    },
  })
  put(threads, "Worker", Worker)
}

/** A task may end itself, under the number that it sees. */
function trapKill(): void {
  const own = process.pid
  replace(
    process,
    "kill",
    (real) =>
      function trap(this: unknown, pid, signal) {
        const guard = forbidding("processes", trap)
        if (guard !== undefined && pid !== process.pid)
          throw guard.refuse(`a process (process.kill)`, 'declare `allow: ["processes"]` if it must')
        return Reflect.apply(real, process, [guard === undefined ? pid : own, signal])
      },
  )
}
