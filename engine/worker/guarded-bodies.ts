// Calls what wires a group's items with the traps up: a body is an author's code that runs in the coordinator, and only wires.
import { digestOf } from "../content/digest.ts"
import { Guard } from "./inside/traps/guard.ts"
import { install } from "./inside/traps/install.ts"
import { Scratch } from "./inside/traps/scratch.ts"

/**
 * @param bundle the declarations of the experiment, whose code is the author's
 * @returns a function that calls a body; that throws what the body throws, or what it used
 */
export const guardedBodies =
  (bundle: string) =>
  <A>(group: string, call: () => A): A => {
    install()
    const seed = digestOf(group)
    const guarded = {
      stage: group,
      allow: [],
      packages: [],
      files: {},
      code: bundle,
      codeDigest: seed,
      seed,
      linkSeed: seed,
      settings: {},
    }
    const scratch = Scratch.beside(bundle)
    const guard = new Guard(guarded, {
      ...{ print: () => {}, scratch, isShared: true },
      called: `the body of each("${group}", …)`,
    })
    guard.enter()
    try {
      return call()
    } finally {
      guard.leave()
      scratch.empty()
    }
  }
