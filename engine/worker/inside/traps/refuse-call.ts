// The trap that refuses a function to a task whoever calls it, unless the stage declares the way.
import type { Allowance } from "../../../declare/run-context.ts"
import { forbidding } from "./guard.ts"
import { replace } from "./replace.ts"

/** @param used what the message calls it */
export function refuseCall(owner: object, name: string, way: Allowance, used: string, remedy: string): void {
  replace(
    owner,
    name,
    (real) =>
      function trap(this: unknown, ...args) {
        const guard = forbidding(way, trap)
        if (guard !== undefined) throw guard.refuse(used, remedy)
        return Reflect.apply(real, this, args)
      },
  )
}
