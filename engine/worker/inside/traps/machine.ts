// The machine: its name, its size and this process are the same for every task, wherever it runs. A look of the stage's own code is
// told in the log.
import { createRequire } from "node:module"
import type { Allowance } from "../../../declare/run-context.ts"
import { forbidding, type Guard } from "./guard.ts"
import { replace, replaceValue, type Trap } from "./replace.ts"

const memory = { rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }
const core = { model: "", speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }
const user = { uid: -1, gid: -1, username: "user", homedir: "/", shell: null }
const usage = {
  fsRead: 0,
  fsWrite: 0,
  involuntaryContextSwitches: 0,
  ipcReceived: 0,
  ipcSent: 0,
  majorPageFault: 0,
  maxRSS: 0,
  minorPageFault: 0,
  sharedMemorySize: 0,
  signalsCount: 0,
  swappedOut: 0,
  systemCPUTime: 0,
  unsharedDataSize: 0,
  unsharedStackSize: 0,
  userCPUTime: 0,
}

/** What `node:os` says. Platform and architecture stay: packages choose by them what they load. */
const ofSystem: Readonly<Record<string, unknown>> = {
  hostname: "localhost",
  cpus: [core],
  availableParallelism: 1,
  totalmem: 0x100000000,
  freemem: 0x80000000,
  loadavg: [0, 0, 0],
  networkInterfaces: {},
  userInfo: user,
  homedir: "/",
  release: "0.0.0",
  version: "",
}

const ofProcess: Readonly<Record<string, unknown>> = {
  memoryUsage: memory,
  cpuUsage: { user: 0, system: 0 },
  resourceUsage: usage,
  constrainedMemory: 0,
  availableMemory: 0x80000000,
  getuid: 0,
  geteuid: 0,
  getgid: 0,
  getegid: 0,
  getgroups: [],
}

export function trapMachine(): void {
  const os = createRequire(import.meta.url)("node:os") as object
  for (const [name, value] of Object.entries(ofSystem)) fix(os, name, `os.${name}`, () => value)
  const { rss } = process.memoryUsage
  for (const [name, value] of Object.entries(ofProcess)) fix(process, name, `process.${name}`, () => value)
  Object.defineProperty(process.memoryUsage, "rss", { value: rss, configurable: true, writable: true })
  fix(process.memoryUsage, "rss", "process.memoryUsage.rss", () => 0)
  fixValue(process, "pid", "processes", 1)
  fixValue(process, "ppid", "processes", 0)
  fix(process, "cwd", "process.cwd", () => rootOfAll, ["files", "processes"])
  for (const [name, value] of Object.entries(ofCommand)) fixValue(process, name, "environment", value)
  trapProgram()
  trapEngine()
  trapNavigator()
}

/** How this process was started. */
const ofCommand: Readonly<Record<string, unknown>> = {
  argv: ["node", "stage"],
  argv0: "node",
  execArgv: [],
  title: "node",
}

/** Packages start it; to the stage's own code it has no place. */
function trapProgram(): void {
  replaceValue(
    process,
    "execPath",
    (real) =>
      function trap(this: unknown) {
        const guard = forbidding("processes", trap)
        if (guard === undefined) return Reflect.apply(real, this, [])
        const { is, isThroughNode } = guard.caller(trap)
        if (is !== "author" || isThroughNode) return Reflect.apply(real, this, [])
        tell(guard, "process.execPath", "processes", trap)
        return "node"
      },
  )
}

/** What the engine says of its memory, and what tells all of the machine at once. */
function trapEngine(): void {
  const v8 = createRequire(import.meta.url)("node:v8") as Readonly<Record<string, unknown>>
  for (const name of ["getHeapStatistics", "getHeapCodeStatistics"]) {
    const real = v8[name]
    if (typeof real !== "function") continue
    const still = Object.keys(real() as object).map((each) => [
      each,
      /limit|available/.test(each) ? 2 ** 31 : 0,
    ])
    fix(v8, name, `v8.${name}`, () => Object.fromEntries(still))
  }
  fix(v8, "getHeapSpaceStatistics", "v8.getHeapSpaceStatistics", () => [])
  for (const [owner, name, used] of [
    [process.report ?? {}, "getReport", "process.report.getReport"],
    [process.report ?? {}, "writeReport", "process.report.writeReport"],
    [process, "binding", "process.binding"],
  ] as const)
    replace(
      owner,
      name,
      (real) =>
        function trap(this: unknown, ...args) {
          const guard = forbidding("environment", trap)
          if (guard !== undefined && guard.caller(trap).is === "author")
            throw guard.refuse(
              used,
              'it tells what differs between machines; declare `allow: ["environment"]` if it must',
            )
          return Reflect.apply(real, this, args)
        },
    )
}

/** The same everywhere but on Windows, where paths begin with a drive. */
const rootOfAll = process.platform === "win32" ? "C:\\" : "/"

/** @param ways allowances that show what is there */
function fix(
  owner: object,
  name: string,
  used: string,
  value: () => unknown,
  ways: ReadonlyArray<Allowance> = ["environment"],
): void {
  replace(
    owner,
    name,
    (real) =>
      function trap(this: unknown, ...args) {
        const guard = forbiddingAll(ways, trap)
        if (guard === undefined) return Reflect.apply(real, this, args)
        tell(guard, used, ways[0]!, trap)
        return structuredClone(value())
      },
  )
}

function fixValue(owner: object, name: string, way: Allowance, value: unknown): void {
  replaceValue(
    owner,
    name,
    (real) =>
      function trap(this: unknown) {
        const guard = forbidding(way, trap)
        if (guard === undefined) return Reflect.apply(real, this, [])
        tell(guard, `process.${name}`, way, trap)
        return structuredClone(value)
      },
  )
}

function forbiddingAll(ways: ReadonlyArray<Allowance>, below: Trap): Guard | undefined {
  let guard: Guard | undefined
  for (const way of ways) {
    guard = forbidding(way, below)
    if (guard === undefined) return undefined
  }
  return guard
}

function tell(guard: Guard, used: string, way: Allowance, below: Trap): void {
  const seen = `which says the same of every machine within a task: declare \`allow: ["${way}"]\` if it must see this one`
  guard.tell(used, `looked at the machine (${used})`, seen, below)
}

const ofNavigator: Readonly<Record<string, unknown>> = {
  hardwareConcurrency: 1,
  language: "en-US",
  languages: ["en-US"],
}

function trapNavigator(): void {
  const { navigator } = globalThis as { readonly navigator?: object }
  if (navigator === undefined) return
  for (const [name, value] of Object.entries(ofNavigator))
    replaceValue(
      Object.getPrototypeOf(navigator),
      name,
      (real) =>
        function trap(this: unknown) {
          return forbidding("environment", trap) === undefined ? Reflect.apply(real, this, []) : value
        },
    )
}
