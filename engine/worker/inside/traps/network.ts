// The network: refused to a task, whoever asks for it.
import { createRequire } from "node:module"
import { forbidding } from "./guard.ts"
import { refuseCall } from "./refuse-call.ts"
import { put } from "./replace.ts"

const remedy = 'declare `allow: ["network"]` if it must'

export function trapNetwork(): void {
  const require = createRequire(import.meta.url)
  const net = require("node:net") as {
    readonly Socket: { readonly prototype: object }
    readonly Server: { readonly prototype: object }
  }
  const dns = require("node:dns") as Readonly<Record<string, unknown>>
  const dgram = require("node:dgram") as { readonly Socket: { readonly prototype: object } }
  refuseAll(net.Socket.prototype, ["connect"])
  refuseAll(net.Server.prototype, ["listen"])
  refuseAll(dgram.Socket.prototype, ["bind", "send", "connect"])
  for (const owner of [dns, dns.promises] as ReadonlyArray<Readonly<Record<string, unknown>>>) {
    refuseAll(owner, Object.keys(owner).filter(asks))
    const { prototype } = owner.Resolver as { readonly prototype: object }
    for (let own = prototype; own !== Object.prototype; own = Object.getPrototypeOf(own))
      refuseAll(own, Object.getOwnPropertyNames(own).filter(asks))
  }
  refuseAll(globalThis, ["fetch"])
  for (const name of ["WebSocket", "EventSource"]) refuseClass(name)
}

/** Of a resolver's methods, those that ask somebody. */
const asks = (name: string): boolean => /^(lookup|resolve|reverse)/.test(name)

function refuseAll(owner: object, names: ReadonlyArray<string>): void {
  for (const name of names) refuseCall(owner, name, "network", `the network (${name})`, remedy)
}

/** A class of the runtime's, loaded when first looked at. */
function refuseClass(name: string): void {
  const property = Object.getOwnPropertyDescriptor(globalThis, name)
  if (property === undefined || property.configurable !== true) return
  let made: unknown
  const get = (): unknown => {
    const real = property.get === undefined ? property.value : property.get.call(globalThis)
    made ??= new Proxy(real as new () => object, {
      construct: function construct(target, args, newTarget) {
        const guard = forbidding("network", construct as never)
        if (guard !== undefined) throw guard.refuse(`the network (${name})`, remedy)
        return Reflect.construct(target, args, newTarget)
      },
    })
    return made
  }
  const set = (value: unknown): void => put(globalThis, name, value)
  Object.defineProperty(globalThis, name, { get, set, configurable: true, enumerable: false })
}
