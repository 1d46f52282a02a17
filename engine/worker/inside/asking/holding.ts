// Holds many attempts at once that only wait for what they asked, all of one code. One guard stands for all of them, up as long as any
// of them runs; what belongs to one alone (its log, its signal, what it leaves behind and fails with) travels with it.
import { AsyncLocalStorage } from "node:async_hooks"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { AnyForm } from "../../../declare/form.ts"
import { type ResultFile, resultFileName, type TaskFile, taskFileName } from "../../protocol.ts"
import { leave } from "../blobs.ts"
import { taskErrorOf } from "../failing/task-error.ts"
import type { Host } from "../host.ts"
import { importForm, loadedForm } from "../import-stage.ts"
import { takePrinted } from "../telling/printing.ts"
import { Guard } from "../traps/guard.ts"
import { replace } from "../traps/replace.ts"
import { Scratch } from "../traps/scratch.ts"
import { performAsking } from "./perform-asking.ts"
import { Speech } from "./speech.ts"

type Secrets = Readonly<Record<string, string>>

interface Held {
  readonly speech: Speech
  /** It has failed, whatever it still waits for. */
  readonly fail: (thrown: unknown) => void
}

/** An attempt from its start to its end. */
interface Site {
  readonly folder: string
  readonly number: number
  readonly controller: AbortController
  readonly secrets: Secrets
  readonly speech: Speech
  /** Fails with what nobody caught. */
  readonly stray: Promise<never>
}

/** Between two signs of life, in milliseconds: who holds many is asked for them by nobody. */
const aliveEach = 1000
const { setInterval, clearInterval } = globalThis // before any trap stands

export class Holding {
  readonly #nudge: Host["nudge"]
  readonly #now: () => number
  readonly #at = new AsyncLocalStorage<Held>()
  readonly #signals = new Map<number, AbortController>()
  #guard: Guard | undefined
  #form: Promise<AnyForm> | undefined
  #running = 0
  #isPrepared = false
  #alive: NodeJS.Timeout | undefined

  constructor(nudge: Host["nudge"], now: () => number) {
    this.#nudge = nudge
    this.#now = now
  }

  /** Performs an attempt, and says when it has ended. */
  start(folder: string, number: number, secrets: Secrets): void {
    this.#prepare()
    this.#alive ??= setInterval(() => this.#nudge({ nudge: "alive" }), aliveEach)
    const controller = new AbortController()
    this.#signals.set(number, controller)
    const speech = new Speech((text) => this.#nudge({ nudge: "printed", attempt: number, text }))
    let fail: Held["fail"] = () => {}
    const stray = new Promise<never>((_, reject) => {
      fail = reject
    })
    const site = { folder, number, controller, secrets, speech, stray }
    void this.#at.run({ speech, fail }, () => this.#perform(site))
  }

  /** Nobody wants an attempt any more. */
  giveUp(number: number): void {
    const controller = this.#signals.get(number)
    if (controller === undefined) return
    this.#over(number)
    controller.abort()
    this.#nudge({ nudge: "end", attempt: number })
  }

  /**
   * Takes what was thrown where nobody caught it, such as a rejection that an attempt did not wait for: the attempt has failed with it,
   * and no other hears of it. One that is over already keeps its answer.
   *
   * @returns whether it is known whose it was
   */
  takes(thrown: unknown): boolean {
    const held = this.#at.getStore()
    held?.fail(thrown)
    return held !== undefined
  }

  /** Once, as workers that hold nothing need none of it. */
  #prepare(): void {
    if (this.#isPrepared) return
    this.#isPrepared = true
    takePrinted((bytes) => this.#print(bytes))
    const taking = (thrown: Error): boolean => this.takes(thrown)
    replace(
      process,
      "exit",
      (real) =>
        function trap(this: unknown, code) {
          const ended = new Exited(code)
          if (taking(ended)) throw ended
          return Reflect.apply(real, process, [code])
        },
    )
  }

  async #perform({ folder, number, controller, secrets, speech, stray }: Site): Promise<void> {
    const { signal } = controller
    let result: ResultFile | undefined
    try {
      result = await Promise.race([this.#asked(folder, signal, secrets), stray])
    } catch (failure) {
      result = { status: "failed", error: taskErrorOf(failure), seconds: 0 }
    }
    if (signal.aborted || result === undefined) return
    const ended = result
    this.#over(number)
    this.#outside(() => {
      speech.end()
      try {
        leave(folder, resultFileName, JSON.stringify(ended))
      } finally {
        this.#nudge({ nudge: "end", attempt: number })
      }
    })
    if (ended.status === "failed") controller.abort() // what it still does is nobody's
  }

  #over(number: number): void {
    this.#signals.delete(number)
    if (this.#signals.size > 0) return
    clearInterval(this.#alive)
    this.#alive = undefined
  }

  async #asked(folder: string, signal: AbortSignal, secrets: Secrets): Promise<ResultFile | undefined> {
    const text = this.#outside(() => readFileSync(join(folder, taskFileName), "utf8"))
    const task = JSON.parse(text) as TaskFile
    this.#guard ??= new Guard(task, {
      print: (text) => void (this.#print(Buffer.from(text)) || process.stdout.write(text)),
      scratch: Scratch.beside(folder),
    })
    const guard = this.#guard
    this.#form ??= Promise.resolve(guard.loaded(loadedForm(task)) ?? guard.loading(() => importForm(task)))
    const form = await this.#form
    if (this.#running++ === 0) guard.enter()
    try {
      const outside = <A>(own: () => A): A => this.#outside(own)
      const print = (text: string): void => void this.#print(Buffer.from(text))
      return await performAsking(form as never, task, folder, signal, {
        ...{ print, outside, now: this.#now, secrets, scratch: guard.options.scratch.path },
      })
    } finally {
      if (--this.#running === 0) guard.leave()
    }
  }

  #outside<A>(own: () => A): A {
    return this.#guard === undefined ? own() : this.#guard.outside(own)
  }

  #print(bytes: Uint8Array): boolean {
    const held = this.#at.getStore()
    if (held !== undefined) this.#outside(() => held.speech.say(bytes))
    return held !== undefined
  }
}

/** Others wait in the same process: none may end it. */
class Exited extends Error {
  readonly _tag = "Exited"
  constructor(code: unknown) {
    super(`it called process.exit(${code ?? ""}): throw an error to say that there is no answer`)
  }
}
