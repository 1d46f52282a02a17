// The environment: declared variables have the values that are in the key, whatever this process has; undeclared ones read as absent,
// rather than throw, since libraries probe for them. What a task sets is seen by itself and goes with it. The folder for temporary
// files is the task's.
import { createRequire } from "node:module"
import { inspect } from "node:util"
import type { Allowance } from "../../../declare/run-context.ts"
import { fixedVariables } from "../fixed-variables.ts"
import { type Guard, guarding } from "./guard.ts"
import { put, replace } from "./replace.ts"

const temporary: ReadonlySet<string> = new Set(["TMPDIR", "TEMP", "TMP"])
/** Variables that say how something is reached, and not what is found there: seen by who may use that. In upper case. */
const reaching: ReadonlyArray<readonly [Allowance, ReadonlySet<string>]> = [
  // What a program needs to be found and started.
  ["processes", new Set(["PATH", "PATHEXT", "SYSTEMROOT", "WINDIR", "COMSPEC"])],
  [
    "network",
    new Set([
      ...["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"],
      ...["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"],
    ]),
  ],
]

export function trapEnvironment(): void {
  const os = createRequire(import.meta.url)("node:os") as object
  replace(
    os,
    "tmpdir",
    (real) =>
      function trap(this: unknown, ...args) {
        return guarding(trap)?.options.scratch.make() ?? Reflect.apply(real, this, args)
      },
  )
  const target = process.env
  const handlers: ProxyHandler<NodeJS.ProcessEnv> = {
    get: function get(_, name) {
      const guard = guarding(get as never)
      return guard === undefined || typeof name === "symbol"
        ? Reflect.get(target, name)
        : read(guard, target, name, get as never)
    },
    has: function has(_, name) {
      const guard = guarding(has as never)
      if (guard === undefined || typeof name === "symbol") return Reflect.has(target, name)
      return read(guard, target, name, has as never) !== undefined
    },
    set: function set(_, name, value) {
      const guard = guarding(set as never)
      if (guard === undefined || typeof name === "symbol") return Reflect.set(target, name, value)
      write(guard, name, String(value))
      return true
    },
    deleteProperty: function remove(_, name) {
      const guard = guarding(remove as never)
      if (guard === undefined || typeof name === "symbol") return Reflect.deleteProperty(target, name)
      write(guard, name, undefined)
      return true
    },
    defineProperty: function define(_, name, property) {
      const guard = guarding(define as never)
      if (guard === undefined || typeof name === "symbol")
        return Reflect.defineProperty(target, name, property)
      write(guard, name, String(property.value))
      return true
    },
    ownKeys: function ownKeys() {
      const guard = guarding(ownKeys as never)
      return guard === undefined ? Reflect.ownKeys(target) : [...names(guard, target, ownKeys as never)]
    },
    getOwnPropertyDescriptor: function describe(_, name) {
      const guard = guarding(describe as never)
      if (guard === undefined || typeof name === "symbol")
        return Reflect.getOwnPropertyDescriptor(target, name)
      const value = read(guard, target, name, describe as never)
      return value === undefined ? undefined : { value, writable: true, enumerable: true, configurable: true }
    },
  }
  // Node prints what stands behind a proxy: here that holds nothing, and says what the proxy does.
  const shown = Object.defineProperty({}, inspect.custom, {
    value: () => ({ ...process.env }),
    configurable: true,
  })
  put(process, "env", new Proxy(shown as NodeJS.ProcessEnv, handlers))
}

type Called = (...args: ReadonlyArray<never>) => unknown

function read(guard: Guard, target: NodeJS.ProcessEnv, name: string, below: Called): string | undefined {
  if (typeof Object.prototype[name as keyof object] === "function") return Reflect.get(target, name)
  const set = variablesOf(guard)
  if (set.has(name)) return set.get(name)
  if (temporary.has(name)) return guard.options.scratch.make()
  if (Object.hasOwn(fixedVariables, name)) return fixedVariables[name]
  const declared = declaredOf(guard)
  if (Object.hasOwn(declared, name)) return declared[name] ?? undefined
  if (isVisible(guard, name)) return Reflect.get(target, name) as string | undefined
  refuseWhole(guard, name, below)
  if (name !== "toJSON") tell(guard, name, below)
  return undefined
}

function names(guard: Guard, target: NodeJS.ProcessEnv, below: Called): ReadonlySet<string> {
  const declared = declaredOf(guard)
  const all = new Set([
    ...Object.keys(target).filter((name) => isVisible(guard, name)),
    ...Object.keys(declared).filter((name) => declared[name] !== null),
    ...Object.keys(fixedVariables),
    "TMPDIR",
  ])
  for (const [name, value] of variablesOf(guard))
    if (value === undefined) all.delete(name)
    else all.add(name)
  for (const [name, value] of Object.entries(declared)) if (value === null) all.delete(name)
  tell(guard, "", below)
  return all
}

const declaredOf = ({ task: { environment = {} } }: Guard): NonNullable<Guard["task"]["environment"]> =>
  environment

const isVisible = ({ task: { allow } }: Guard, name: string): boolean =>
  reaching.some(([what, names]) => allow.includes(what) && names.has(name.toUpperCase()))

/**
 * The allowance once meant every variable, with none in the key. Whoever relies on that is told at the place, as a value that is
 * suddenly absent would give other results; packages probe, and see what any task sees.
 */
function refuseWhole(guard: Guard, name: string, below: Called): void {
  if (!guard.task.allow.includes("environment") || name === "toJSON") return
  const { is, isThroughNode } = guard.caller(below)
  if (is === "author" && !isThroughNode)
    throw guard.refuse(
      `the variable ${name} (process.env.${name})`,
      `its \`allow: ["environment"]\` shows the machine, and no variables: name them, \`environment: ["${name}"]\`, so that their values are in the key`,
    )
}

function tell(guard: Guard, name: string, below: Called): void {
  const what = `environment ${name}`
  if (guard.notes.has(what) || (name !== "" && guard.caller(below).isThroughNode)) return
  const [used, seen] =
    name === ""
      ? ["listed the environment", "of which it sees what it declares and what it has set itself"]
      : [`read the environment (${name})`, "which is absent within a task, whatever it is here"]
  const remedy = `take it as a param, or declare \`environment: ["${name === "" ? "NAME" : name}"]\``
  guard.tell(what, used!, `${seen}: ${remedy}`, below)
}

/** What modules set as they were loaded, which happens once: by the bundle that was loaded with them. */
const ofLoading = new Map<string, Map<string, string | undefined>>()

function variablesOf(guard: Guard): ReadonlyMap<string, string | undefined> {
  const loaded = ofLoading.get(guard.task.code)
  if (loaded === undefined) return guard.variables
  return new Map([...loaded, ...guard.variables])
}

function write(guard: Guard, name: string, value: string | undefined): void {
  if (name === "TZ" && value !== fixedVariables.TZ)
    throw guard.refuse(
      "the time zone (process.env.TZ)",
      "times are UTC in every task; name a `timeZone` where you format one",
    )
  if (guard.phase === "running") {
    guard.variables.set(name, value)
    return
  }
  const loaded = ofLoading.get(guard.task.code) ?? new Map<string, string | undefined>()
  ofLoading.set(guard.task.code, loaded.set(name, value))
}
