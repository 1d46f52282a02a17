// Holds many attempts at once that only wait for what they asked, all of one code. One guard stands for all of them, up as long as any
// of them runs; what belongs to one alone (its log, its signal) travels with it.
import { AsyncLocalStorage } from "node:async_hooks"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { AnyForm } from "../../../declare/form.ts"
import { type ResultFile, resultFileName, type TaskFile, taskFileName } from "../../protocol.ts"
import { leave } from "../blobs.ts"
import { taskErrorOf } from "../failing/task-error.ts"
import type { Host } from "../host.ts"
import { importForm, loadedForm } from "../import-stage.ts"
import { hiding } from "../telling/masking.ts"
import { takePrinted } from "../telling/printing.ts"
import { Guard } from "../traps/guard.ts"
import { Scratch } from "../traps/scratch.ts"
import { performAsking } from "./perform-asking.ts"

type Secrets = Readonly<Record<string, string>>

interface Held {
  readonly number: number
  readonly print: (text: string) => void
}

export class Holding {
  readonly #nudge: Host["nudge"]
  readonly #now: () => number
  readonly #at = new AsyncLocalStorage<Held>()
  readonly #signals = new Map<number, AbortController>()
  #guard: Guard | undefined
  #form: Promise<AnyForm> | undefined
  #running = 0

  constructor(nudge: Host["nudge"], now: () => number) {
    this.#nudge = nudge
    this.#now = now
  }

  /** Performs an attempt, and says when it has ended. */
  start(folder: string, number: number, secrets: Secrets): void {
    if (this.#signals.size === 0) takePrinted((text) => this.#print(text))
    const controller = new AbortController()
    this.#signals.set(number, controller)
    const print = (text: string): void =>
      this.#nudge({ nudge: "printed", attempt: number, text: hiding().text(text) })
    void this.#at.run({ number, print }, () => this.#perform(folder, number, controller.signal, secrets))
  }

  /** Nobody wants an attempt any more. */
  giveUp(number: number): void {
    const controller = this.#signals.get(number)
    if (controller === undefined) return
    this.#signals.delete(number)
    controller.abort()
    this.#nudge({ nudge: "end", attempt: number })
  }

  async #perform(folder: string, number: number, signal: AbortSignal, secrets: Secrets): Promise<void> {
    let result: ResultFile | undefined
    try {
      result = await this.#asked(folder, signal, secrets)
    } catch (failure) {
      result = { status: "failed", error: taskErrorOf(failure), seconds: 0 }
    }
    if (signal.aborted || result === undefined) return
    this.#signals.delete(number)
    const ended = result
    this.#outside(() => {
      try {
        leave(folder, resultFileName, JSON.stringify(ended))
      } finally {
        this.#nudge({ nudge: "end", attempt: number })
      }
    })
  }

  async #asked(folder: string, signal: AbortSignal, secrets: Secrets): Promise<ResultFile | undefined> {
    const text = this.#outside(() => readFileSync(join(folder, taskFileName), "utf8"))
    const task = JSON.parse(text) as TaskFile
    this.#guard ??= new Guard(task, {
      print: (text) => void (this.#print(text) || process.stdout.write(text)),
      scratch: Scratch.beside(folder),
    })
    const guard = this.#guard
    this.#form ??= Promise.resolve(guard.loaded(loadedForm(task)) ?? guard.loading(() => importForm(task)))
    const form = await this.#form
    if (this.#running++ === 0) guard.enter()
    try {
      const outside = <A>(own: () => A): A => this.#outside(own)
      const print = (text: string): void => void this.#print(text)
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

  #print(text: string): boolean {
    const held = this.#at.getStore()
    if (held !== undefined) this.#outside(() => held.print(text))
    return held !== undefined
  }
}
