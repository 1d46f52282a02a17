// Files: what a stage reads that is not wired, and whatever it changes outside its folder for temporary files, is refused; what a
// package merely looks for is not there. It knows the functions of the file system, and of each which paths it is given.
import { createRequire } from "node:module"
import { forbidding } from "./guard.ts"
import { type Access, patternOf, refusal, targetOf } from "./paths.ts"
import { put, type Real, replace, type Trap } from "./replace.ts"
import type { Undeclared } from "./undeclared.ts"

/** Of a function's arguments, what is done to each path: by their place. */
type Paths = ReadonlyArray<Access | "opened" | "target" | "pattern" | undefined>

const one = (access: Access, names: string): ReadonlyArray<readonly [string, Paths]> =>
  names.split(" ").map((name) => [name, [access]])

const functions: ReadonlyArray<readonly [string, Paths]> = [
  ...one("read", "readFile readdir opendir createReadStream openAsBlob"),
  ...one("probe", "stat lstat statfs access exists readlink realpath watch watchFile"),
  ...one(
    "write",
    "writeFile appendFile createWriteStream mkdir mkdtemp mkdtempDisposable rm rmdir unlink truncate",
  ),
  ...one("write", "chmod lchmod chown lchown utimes lutimes"),
  ["open", ["opened"]],
  ["glob", ["pattern"]],
  ["rename", ["write", "write"]],
  ["copyFile", ["read", "write"]],
  ["cp", ["read", "write"]],
  ["link", ["read", "write"]],
  ["symlink", ["target", "write"]],
]

/** Whether Node is within a function that was let through: it calls others for its own ends. */
let isWithin = false

export function trapFiles(): void {
  const require = createRequire(import.meta.url)
  const fs = require("node:fs") as { readonly promises: object } & Record<string, unknown>
  for (const [name, paths] of functions) {
    trap(fs.promises, name, paths, /^(glob|watch)$/.test(name) ? "thrown" : "promise")
    trap(fs, `${name}Sync`, paths, "thrown")
    trap(fs, name, paths, name.startsWith("create") || name === "openAsBlob" ? "thrown" : "called")
  }
  for (const name of ["realpath", "realpathSync"]) {
    const { native } = fs[name] as { readonly native?: unknown }
    if (typeof native === "function")
      trap(fs[name] as object, "native", ["probe"], name === "realpath" ? "called" : "thrown")
  }
  for (const name of ["ReadStream", "WriteStream"])
    trapStream(fs, name, name === "ReadStream" ? "read" : "write")
  trap(process, "loadEnvFile", ["read"], "thrown")
  trap(require("node:v8") as object, "writeHeapSnapshot", ["write"], "thrown")
}

/** How a function says that it failed. */
type Manner = "thrown" | "called" | "promise"

function trap(owner: object, name: string, paths: Paths, manner: Manner): void {
  replace(owner, name, (real) => {
    return function trapped(this: unknown, ...args) {
      const failure = isWithin ? undefined : refusalOf(args, paths, trapped)
      if (failure !== undefined) return fail(failure, name, args, manner)
      return letThrough(real, this, args)
    }
  })
}

function letThrough(real: Real, self: unknown, args: ReadonlyArray<unknown>): unknown {
  const before = isWithin
  isWithin = true
  try {
    return Reflect.apply(real, self, args)
  } finally {
    isWithin = before
  }
}

function refusalOf(args: ReadonlyArray<unknown>, paths: Paths, below: Trap): Undeclared | undefined {
  const guard = forbidding("files", below)
  if (guard === undefined) return undefined
  for (const [at, does] of paths.entries()) {
    if (does === undefined) continue
    const access =
      does === "opened" ? accessOf(args[1]) : does === "target" || does === "pattern" ? "read" : does
    const given =
      does === "target"
        ? targetOf(args[at], args[1])
        : does === "pattern"
          ? patternOf(args[at], args[1])
          : args[at]
    const failure = refusal(guard, access, given, below)
    if (failure !== undefined) return failure
  }
  return undefined
}

/** What flags ask for: `O_RDONLY` and `O_CLOEXEC` and the like read. */
function accessOf(flags: unknown): Access {
  if (typeof flags === "number")
    return (flags & 3) === 0 && (flags & (0o100 | 0o1000 | 0o2000)) === 0 ? "read" : "write"
  return typeof flags !== "string" || /^(r|rs|sr)$/.test(flags) ? "read" : "write"
}

/** To a package that looks for something, it is not there; all else is told. */
function fail(failure: Undeclared, name: string, args: ReadonlyArray<unknown>, manner: Manner): unknown {
  const done = args.at(-1)
  const isPackages = failure.code !== undefined
  if (isPackages && name.startsWith("exists")) {
    if (typeof done === "function") process.nextTick(() => (done as (is: boolean) => void)(false))
    return false
  }
  const [, options] = args as ReadonlyArray<{ readonly throwIfNoEntry?: boolean } | undefined>
  if (isPackages && /^l?statSync$/.test(name) && options?.throwIfNoEntry === false) return undefined
  if (manner === "promise") return Promise.reject(failure)
  if (manner === "thrown" || !isPackages || typeof done !== "function") throw failure
  process.nextTick(() => (done as (failure: Error) => void)(failure))
  return undefined
}

/** Streams that are made with `new`, or without. */
function trapStream(fs: Record<string, unknown>, name: string, access: Access): void {
  const real = fs[name] as new (...args: ReadonlyArray<unknown>) => object
  if (typeof real !== "function") return
  const trapped = new Proxy(real, {
    apply: function apply(target, self, args) {
      const failure = isWithin ? undefined : refusalOf(args, [access], apply as never)
      if (failure !== undefined) throw failure
      return Reflect.apply(target as never, self, args)
    },
    construct: function construct(target, args, newTarget) {
      const failure = isWithin ? undefined : refusalOf(args, [access], construct as never)
      if (failure !== undefined) throw failure
      return Reflect.construct(target, args, newTarget)
    },
  })
  put(fs, name, trapped)
}
