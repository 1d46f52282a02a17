// Clocks stand still at the start of 1970: libraries that look at them work, and see the same everywhere. The first look of the stage's own
// code is told in the log, as what it waits for or writes down may not be what its author expects.
import { createRequire } from "node:module"
import { forbidding, guarding } from "./guard.ts"
import { put, replace, replaceValue, type Trap } from "./replace.ts"
import { watchTimers } from "./standing-clock.ts"

const seen =
  'which stands still at 1970-01-01T00:00:00.000Z within a task, so that the same is seen everywhere: declare `allow: ["clock"]` if it must see the time'

/** @param used the name of the clock @param below the trap that was called */
function stopped(used: string, below: Trap): boolean {
  const guard = forbidding("clock", below)
  if (guard === undefined) return false
  guard.readings.note()
  guard.tell("clock", `read the clock (${used})`, seen, below)
  return true
}

export function trapClocks(): void {
  watchTimers((milliseconds) => guarding(watchTimers)?.readings.slept(milliseconds))
  trapDate()
  trapPerformance()
  const { hrtime } = process
  const trap = Object.assign(
    function still(since?: [number, number]): [number, number] {
      return stopped("process.hrtime", still as Trap) ? [0, 0] : hrtime(since)
    },
    {
      bigint: function bigint(): bigint {
        return stopped("process.hrtime.bigint", bigint) ? 0n : hrtime.bigint()
      },
    },
  )
  process.hrtime = trap
  const os = createRequire(import.meta.url)("node:os") as object
  stop(process, "uptime", "process.uptime", 0)
  stop(os, "uptime", "os.uptime", 0)
  stopValue(Event.prototype, "timeStamp", "Event.timeStamp", 0)
  trapFile()
  trapTemporal()
}

/** Has a property read the same while the clock stands. */
function stopValue(owner: object, name: string, used: string, value: unknown): void {
  replaceValue(
    owner,
    name,
    (real) =>
      function still(this: unknown) {
        return stopped(used, still) ? value : Reflect.apply(real, this, [])
      },
  )
}

/** A file that is made in memory says when, unless it is told. */
function trapFile(): void {
  const buffer = createRequire(import.meta.url)("node:buffer") as { readonly File?: new () => object }
  if (buffer.File === undefined) return
  const File = new Proxy(buffer.File, {
    construct: function construct(target, [parts, name, options], newTarget) {
      const { lastModified } = (options ?? {}) as { readonly lastModified?: unknown }
      const isStill = lastModified === undefined && stopped("File.lastModified", construct as never)
      const given = isStill ? { ...(options as object), lastModified: 0 } : options
      return Reflect.construct(target, [parts, name, given], newTarget)
    },
  })
  for (const owner of [buffer, globalThis]) if ("File" in owner) put(owner, "File", File)
}

/** Has a method without arguments that matter give the same while the clock stands. */
function stop(owner: object, name: string, used: string, value: unknown): void {
  replace(
    owner,
    name,
    (real) =>
      function still(this: unknown, ...args) {
        return stopped(used, still) ? value : Reflect.apply(real, this, args)
      },
  )
}

function trapDate(): void {
  const RealDate = Date
  const now = Date.now.bind(Date)
  function still(): number {
    return stopped("Date.now", still) ? 0 : now()
  }
  const StandingDate: DateConstructor = new Proxy(RealDate, {
    construct: function construct(target, args, newTarget) {
      const isStill = args.length === 0 && stopped("new Date", construct as never)
      return Reflect.construct(target, isStill ? [0] : args, newTarget)
    },
    apply: function apply(target, self, args) {
      return stopped("Date", apply as never) ? new RealDate(0).toString() : Reflect.apply(target, self, args)
    },
    get: (target, name) => (name === "now" ? still : Reflect.get(target, name)),
  })
  globalThis.Date = StandingDate
  RealDate.prototype.constructor = StandingDate
  trapFormats(Intl.DateTimeFormat.prototype)
}

/** Formatting no date formats the time that it is. */
function trapFormats(prototype: Intl.DateTimeFormat): void {
  replaceValue(
    prototype,
    "format",
    (real) =>
      function format(this: unknown) {
        const bound = Reflect.apply(real, this, []) as (date?: unknown) => string
        return function still(date?: unknown): string {
          return bound(date === undefined && stopped("Intl.DateTimeFormat", still as Trap) ? 0 : date)
        }
      },
  )
  replace(
    prototype,
    "formatToParts",
    (real) =>
      function still(this: unknown, date) {
        return Reflect.apply(real, this, [
          date === undefined && stopped("Intl.DateTimeFormat", still) ? 0 : date,
        ])
      },
  )
}

type Mark = (name: string, options?: Readonly<Record<string, unknown>>) => unknown

function trapPerformance(): void {
  const prototype = Object.getPrototypeOf(performance) as object
  const owner = Object.hasOwn(performance, "now") ? performance : prototype
  stop(owner, "now", "performance.now", 0)
  const timing = { name: "node", entryType: "node", startTime: 0, duration: 0 }
  const loop = { idle: 0, active: 0, utilization: 0 }
  for (const place of [performance, prototype]) {
    stopValue(place, "timeOrigin", "performance.timeOrigin", 0)
    stopValue(place, "nodeTiming", "performance.nodeTiming", timing)
  }
  const hooks = createRequire(import.meta.url)("node:perf_hooks") as object
  for (const place of [prototype, hooks])
    if (Object.hasOwn(place, "eventLoopUtilization"))
      stop(place, "eventLoopUtilization", "performance.eventLoopUtilization", loop)
  replace(
    prototype,
    "mark",
    (real) =>
      function still(this: unknown, name, options) {
        const given = (options ?? {}) as object
        const told = stopped("performance.mark", still) ? { startTime: 0, ...given } : options
        return Reflect.apply(real as Mark, this, [name, told] as never)
      },
  )
  replace(
    prototype,
    "measure",
    (real) =>
      function still(this: unknown, name, start, end) {
        if (!stopped("performance.measure", still)) return Reflect.apply(real, this, [name, start, end])
        const given =
          typeof start === "object" && start !== null
            ? start
            : { start: start ?? 0, ...(end === undefined ? {} : { end }) }
        const told = "end" in given || "duration" in given ? given : { ...given, end: 0 }
        return Reflect.apply(real, this, [name, told])
      },
  )
  replace(
    prototype,
    "toJSON",
    (real) =>
      function still(this: unknown) {
        return stopped("performance.toJSON", still) ? { timeOrigin: 0 } : Reflect.apply(real, this, [])
      },
  )
}

interface Temporal {
  readonly Now: object
  readonly Instant: {
    readonly fromEpochMilliseconds: (at: number) => { toZonedDateTimeISO: (zone: string) => Zoned }
  }
}
interface Zoned {
  readonly toPlainDateTime: () => unknown
  readonly toPlainDate: () => unknown
  readonly toPlainTime: () => unknown
}

/** Where there is one. */
function trapTemporal(): void {
  const { Temporal } = globalThis as unknown as { readonly Temporal?: Temporal }
  if (Temporal === undefined) return
  const origin = Temporal.Instant.fromEpochMilliseconds(0)
  const zoned = (zone: unknown): Zoned => origin.toZonedDateTimeISO(typeof zone === "string" ? zone : "UTC")
  const values: Readonly<Record<string, (zone: unknown) => unknown>> = {
    instant: () => origin,
    zonedDateTimeISO: zoned,
    plainDateTimeISO: (zone) => zoned(zone).toPlainDateTime(),
    plainDateISO: (zone) => zoned(zone).toPlainDate(),
    plainTimeISO: (zone) => zoned(zone).toPlainTime(),
  }
  for (const [name, value] of Object.entries(values))
    replace(
      Temporal.Now,
      name,
      (real) =>
        function still(this: unknown, ...args) {
          return stopped(`Temporal.Now.${name}`, still) ? value(args[0]) : Reflect.apply(real, this, args)
        },
    )
}
