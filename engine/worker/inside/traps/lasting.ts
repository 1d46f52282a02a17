// What a task would change of its process for those after it: refused, for there is no allowance that could give it back.
import { createRequire } from "node:module"
import { standing } from "./caller.ts"
import { forbidding } from "./guard.ts"
import { type Real, replace } from "./replace.ts"

const remedy = "the next task in this process would meet it"

const ofProcess = "setuid seteuid setgid setegid setgroups initgroups setUncaughtExceptionCaptureCallback"

export function trapLasting(): void {
  const require = createRequire(import.meta.url)
  refuse(
    process,
    "chdir",
    "process.chdir",
    "the next task in this process would start there; name whole paths instead",
  )
  refuse(process, "umask", "process.umask, to change it", remedy)
  for (const name of ofProcess.split(" ")) refuse(process, name, `process.${name}`, remedy)
  refuse(require("node:os") as object, "setPriority", "os.setPriority", remedy)
  refuse(require("node:v8") as object, "setFlagsFromString", "v8.setFlagsFromString", remedy)
}

/** A package may set up what it needs as it is loaded, but for the folder. Without arguments nothing is changed. */
function refuse(owner: object, name: string, used: string, why: string): void {
  replace(
    owner,
    name,
    (real: Real) =>
      function trap(this: unknown, ...args) {
        const guard = args.length === 0 ? undefined : forbidding(undefined, trap)
        if (
          guard !== undefined &&
          (name === "chdir" || guard.phase === "running" || standing(guard.bundle, trap).hasAuthor)
        )
          throw guard.refuse(used, why)
        return Reflect.apply(real, this, args)
      },
  )
}
