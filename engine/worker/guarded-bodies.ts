// Calls an author's code that runs in the coordinator with the traps up: what wires a group's items, what makes a request, and what
// returns the command of a program.
import { digestOf } from "../content/digest.ts"
import { Guard } from "./inside/traps/guard.ts"
import { install } from "./inside/traps/install.ts"
import { Scratch } from "./inside/traps/scratch.ts"

type Call = <A>(name: string, call: () => A) => A

/**
 * @param bundle the declarations of the experiment, whose code is the author's
 * @returns a function that calls a body; that throws what the body throws, or what it used
 */
export const guardedBodies = (bundle: string): Call =>
  guardedCalls(bundle, (group) => `the body of each("${group}", …)`)

/** The same for the requests of stages. */
export const guardedRequests = (bundle: string): Call =>
  guardedCalls(bundle, (stage) => `the request of "${stage}"`)

/** The same for the commands of programs. */
export const guardedCommands = (bundle: string): Call =>
  guardedCalls(bundle, (program) => `the command of "${program}"`)

/** @param calledOf what messages call what is called, by its name */
const guardedCalls =
  (bundle: string, calledOf: (name: string) => string): Call =>
  (name, call) => {
    install()
    const seed = digestOf(name)
    const guarded = {
      stage: name,
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
      called: calledOf(name),
    })
    guard.enter()
    try {
      return call()
    } finally {
      guard.leave()
      scratch.empty()
    }
  }
