// Randomness: refused to the stage's own code; what a package draws for itself (a name, an order of tries) comes from a stream
// of the task's, so that it is the same everywhere.
import { createRequire } from "node:module"
import { near, standing } from "./caller.ts"
import { forbidding, type Guard } from "./guard.ts"
import { refuseCall } from "./refuse-call.ts"
import { replace, type Trap } from "./replace.ts"
import type { Stream } from "./stream.ts"

const remedy =
  'take a seed as a param and use a seeded generator, or declare `allow: ["randomness"]` if it must'

/** The stream that a package's call draws from. @throws Undeclared for the stage's own */
function streamFor(guard: Guard, used: string, below: Trap): Stream {
  const atMost = guard.phase === "running" ? near : undefined
  const { caller, loading } = standing(guard.bundle, below, atMost)
  const { is } = caller.is === "nobody" ? guard.caller(below) : caller
  if (is !== "package") throw guard.refuse(used, remedy)
  return guard.stream(loading)
}

export function trapRandomness(): void {
  trapMath()
  trapCrypto()
  trapMemory()
}

function trapMath(): void {
  replace(
    Math,
    "random",
    (real) =>
      function random() {
        const guard = forbidding("randomness", random)
        return guard === undefined ? real() : streamFor(guard, "Math.random", random).number()
      },
  )
}

type Draw = (stream: Stream, args: ReadonlyArray<unknown>) => unknown
type Done = (failure: Error | null, value: unknown) => void

const bytes = (stream: Stream, size: number): Buffer => {
  const drawn = Buffer.alloc(size)
  stream.fill(drawn)
  return drawn
}

/** Fills a part of a buffer, counted in its elements. */
const fill: Draw = (stream, [target, offset, size]) => {
  const view = target as Uint8Array
  const each = view.BYTES_PER_ELEMENT ?? 1
  const whole = ArrayBuffer.isView(view)
    ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
    : new Uint8Array(target as ArrayBuffer)
  const from = (typeof offset === "number" ? offset : 0) * each
  stream.fill(whole.subarray(from, typeof size === "number" ? from + size * each : undefined))
  return target
}

const integer: Draw = (stream, args) => {
  const [from, to] = typeof args[1] === "number" ? args : [0, args[0]]
  return Number(from) + Math.floor(stream.number() * (Number(to) - Number(from)))
}

const uuid: Draw = (stream) => {
  const drawn = bytes(stream, 16)
  drawn[6] = (drawn[6]! & 0x0f) | 0x40
  drawn[8] = (drawn[8]! & 0x3f) | 0x80
  return drawn.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}

const drawing: Readonly<Record<string, Draw>> = {
  randomBytes: (stream, [size]) => bytes(stream, Number(size)),
  pseudoRandomBytes: (stream, [size]) => bytes(stream, Number(size)),
  prng: (stream, [size]) => bytes(stream, Number(size)),
  rng: (stream, [size]) => bytes(stream, Number(size)),
  randomFill: fill,
  randomFillSync: fill,
  getRandomValues: fill,
  randomInt: integer,
  randomUUID: uuid,
}

/** What OpenSSL draws by itself. */
const keys = [
  "generateKey",
  "generateKeySync",
  "generateKeyPair",
  "generateKeyPairSync",
  "generatePrime",
  "generatePrimeSync",
  "publicEncrypt",
]

function trapCrypto(): void {
  const crypto = createRequire(import.meta.url)("node:crypto") as typeof import("node:crypto") &
    Record<string, unknown>
  const { webcrypto } = crypto as { readonly webcrypto: { readonly subtle: object } }
  for (const [name, draw] of Object.entries(drawing)) trapDraw(crypto, name, `crypto's ${name}`, draw)
  for (const name of keys) refuseKeys(crypto, name)
  for (const name of ["getRandomValues", "randomUUID"])
    trapDraw(Object.getPrototypeOf(webcrypto), name, `crypto's ${name}`, drawing[name]!)
  refuseKeys(Object.getPrototypeOf(webcrypto.subtle), "generateKey")
  for (const make of ["createECDH", "createDiffieHellman", "getDiffieHellman", "createDiffieHellmanGroup"])
    replace(
      crypto,
      make,
      (real) =>
        function (this: unknown, ...args) {
          const made = Reflect.apply(real, this, args) as object
          refuseKeys(made, "generateKeys")
          return made
        },
    )
}

function trapDraw(owner: object, name: string, used: string, draw: Draw): void {
  replace(
    owner,
    name,
    (real) =>
      function trap(this: unknown, ...args) {
        const guard = forbidding("randomness", trap)
        if (guard === undefined) return Reflect.apply(real, this, args)
        const value = draw(streamFor(guard, used, trap), args)
        const done = args.at(-1)
        if (typeof done !== "function") return value
        process.nextTick(() => (done as Done)(null, value))
        return undefined
      },
  )
}

const refuseKeys = (owner: object, name: string): void =>
  refuseCall(owner, name, "randomness", `crypto's ${name}`, remedy)

/** Memory that nobody cleared holds what ran before; so does the name of a blob say which process this is. */
function trapMemory(): void {
  for (const name of ["allocUnsafe", "allocUnsafeSlow"])
    replace(
      Buffer,
      name,
      (real) =>
        function trap(this: unknown, ...args) {
          const made = Reflect.apply(real, this, args) as Buffer
          return forbidding("randomness", trap) === undefined ? made : made.fill(0)
        },
    )
  replace(
    URL,
    "createObjectURL",
    (real) =>
      function trap(this: unknown, ...args) {
        const guard = forbidding("randomness", trap)
        if (guard !== undefined) streamFor(guard, "URL.createObjectURL", trap)
        return Reflect.apply(real, this, args)
      },
  )
}
