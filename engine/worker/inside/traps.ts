// Traps against accidents that would make a task depend on more than its key: best effort, not a sandbox.
// Knows the globals of a JavaScript runtime, nothing of stages but their names and allowances.
import { createRequire, syncBuiltinESMExports } from "node:module"
import { resolve, sep } from "node:path"
import { fileURLToPath } from "node:url"
import type { Allowance } from "../../declare/run-context.ts"
import { Readings, watchTimers } from "./standing-clock.ts"

/** A stage used something that its key does not cover. */
export class Undeclared extends Error {
  readonly _tag = "Undeclared"
}

interface Guarded {
  readonly stage: string
  readonly allow: ReadonlyArray<Allowance>
  readonly files: Readonly<Record<string, string>>
}

let current: Guarded | undefined
/** Of the clock, by the task that `current` was last. */
let readings: { readonly of: Guarded; readonly readings: Readings } | undefined

/** From here until `lower`, what the stage did not declare throws and names it. */
export const raise = (guarded: Guarded): void => {
  current = guarded
  if (readings?.of !== guarded)
    readings = { of: guarded, readings: new Readings(guarded.stage, (line) => console.error(line)) }
}
export const lower = (): void => {
  current = undefined
}

const forbids = (what: Allowance): Guarded | undefined =>
  current !== undefined && !current.allow.includes(what) ? current : undefined

const refuse = (stage: string, used: string, remedy: string): never => {
  throw new Undeclared(`stage "${stage}" used ${used}: ${remedy}`)
}

/** Installs the traps in this process, once, before any stage is imported. */
export function install(): void {
  const random = Math.random
  Math.random = () =>
    current === undefined
      ? random()
      : refuse(current.stage, "Math.random", "take a seed as a param and use a seeded generator")
  trapClocks()
  trapNetwork()
  trapFiles()
  trapEnvironment()
}

/** Clocks stand still at the epoch: libraries that look at them work, and see the same everywhere. */
function trapClocks(): void {
  const RealDate = Date
  const stopped = (): boolean => {
    if (forbids("clock") === undefined) return false
    readings?.readings.note()
    return true
  }
  watchTimers((milliseconds) => {
    if (current !== undefined) readings?.readings.slept(milliseconds)
  })
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 && stopped() ? [0] : args, newTarget),
    apply: (target, self, args) =>
      stopped() ? new RealDate(0).toString() : Reflect.apply(target, self, args),
    get: (target, name) =>
      name === "now" ? () => (stopped() ? 0 : RealDate.now()) : Reflect.get(target, name),
  })
  const now = performance.now.bind(performance)
  performance.now = () => (stopped() ? 0 : now())
  const hrtime = process.hrtime
  const bigint = hrtime.bigint.bind(hrtime)
  process.hrtime = Object.assign(
    (since?: [number, number]): [number, number] => (stopped() ? [0, 0] : hrtime(since)),
    { bigint: () => (stopped() ? 0n : bigint()) },
  )
}

function trapNetwork(): void {
  const require = createRequire(import.meta.url)
  const net = require("node:net") as typeof import("node:net")
  const dns = require("node:dns") as typeof import("node:dns")
  const guard = (owner: Record<string, unknown>, name: string): void => {
    const real = owner[name] as (...args: ReadonlyArray<unknown>) => unknown
    owner[name] = function (this: unknown, ...args: ReadonlyArray<unknown>) {
      const guarded = forbids("network")
      if (guarded) refuse(guarded.stage, `the network (${name})`, 'declare `allow: ["network"]` if it must')
      return Reflect.apply(real, this, args)
    }
  }
  guard(net.Socket.prototype as unknown as Record<string, unknown>, "connect")
  guard(dns as unknown as Record<string, unknown>, "lookup")
  if (typeof globalThis.fetch === "function") guard(globalThis as unknown as Record<string, unknown>, "fetch")
}

function trapFiles(): void {
  const require = createRequire(import.meta.url)
  const fs = require("node:fs") as Record<string, unknown>
  const promises = (fs as { promises: Record<string, unknown> }).promises
  const guard = (owner: Record<string, unknown>, name: string): void => {
    const real = owner[name] as (...args: ReadonlyArray<unknown>) => unknown
    owner[name] = function (this: unknown, path: unknown, ...rest: ReadonlyArray<unknown>) {
      const guarded = forbids("files")
      if (guarded && (typeof path === "string" || path instanceof URL) && !isReadable(guarded, path)) {
        refuse(
          guarded.stage,
          `the file ${path}`,
          'wire it as an input with file(…), or declare `allow: ["files"]`',
        )
      }
      return Reflect.apply(real, this, [path, ...rest])
    }
  }
  for (const name of [
    "readFileSync",
    "readFile",
    "createReadStream",
    "openSync",
    "open",
    "readdirSync",
    "readdir",
  ])
    guard(fs, name)
  for (const name of ["readFile", "open", "readdir"]) guard(promises, name)
  syncBuiltinESMExports()
}

function isReadable(guarded: Guarded, path: string | URL): boolean {
  const full = resolve(path instanceof URL ? fileURLToPath(path) : path)
  if (full.includes(`${sep}node_modules${sep}`)) return true
  return Object.values(guarded.files).includes(full)
}

/** Undeclared variables read as absent, rather than throw: libraries probe for them. */
function trapEnvironment(): void {
  const real = process.env
  const visible = (name: string | symbol): boolean => forbids("environment") === undefined || name === "TZ"
  process.env = new Proxy(real, {
    get: (target, name) => (visible(name) ? Reflect.get(target, name) : undefined),
    has: (target, name) => visible(name) && Reflect.has(target, name),
    ownKeys: (target) => Reflect.ownKeys(target).filter(visible),
  })
}
