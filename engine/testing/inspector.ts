// A debugger for tests: speaks the inspector's protocol over a WebSocket of its own, since Node 20 has no client.
import { randomBytes } from "node:crypto"
import { request } from "node:http"
import type { Socket } from "node:net"
import type { Teardown } from "./temporary-folder.ts"

type Params = Readonly<Record<string, unknown>>
/** What is told of its own accord, such as `Debugger.paused`. */
export interface Told {
  readonly method: string
  readonly params: Params
}
interface Message extends Partial<Told> {
  readonly id?: number
  readonly result?: Params
  readonly error?: { readonly message: string }
}

export interface Inspector {
  /** Calls a method; rejects with what the inspector has against it. */
  readonly call: (method: string, params?: Params) => Promise<Params>
  /** The next event of a name (that `is` one), also one that came since the last was asked for. */
  readonly next: (method: string, is?: (params: Told["params"]) => boolean) => Promise<Told["params"]>
}

/** Attaches to a process that listens at `url`. */
export function attach(t: Teardown, url: string): Promise<Inspector> {
  return new Promise((resolve, reject) => {
    const upgrade = request(url.replace(/^ws:/, "http:"), {
      headers: {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
      },
    })
    upgrade.on("error", reject)
    upgrade.on("upgrade", (_, socket: Socket, head: Buffer) => {
      t.teardown(() => socket.destroy())
      resolve(new Session(socket, head))
    })
    upgrade.end()
  })
}

class Session implements Inspector {
  readonly #socket: Socket
  readonly #answers = new Map<number, (message: Message) => void>()
  readonly #told: Array<Told> = []
  readonly #waiting = new Set<() => void>()
  #calls = 0

  constructor(socket: Socket, head: Buffer) {
    this.#socket = socket
    const frames = new Frames((text) => this.#hear(JSON.parse(text) as Message))
    frames.take(head)
    socket.on("data", (bytes: Buffer) => frames.take(bytes))
    socket.on("error", () => {}) // the process may be killed: whoever waits is bounded by its test
  }

  call(method: string, params: Params = {}): Promise<Params> {
    const id = ++this.#calls
    return new Promise((resolve, reject) => {
      this.#answers.set(id, ({ result = {}, error }) =>
        error === undefined ? resolve(result) : reject(new Error(`${method}: ${error.message}`)),
      )
      this.#socket.write(frame(JSON.stringify({ id, method, params })))
    })
  }

  next(method: string, is: (params: Told["params"]) => boolean = () => true): Promise<Told["params"]> {
    return new Promise((resolve) => {
      const look = (): void => {
        const at = this.#told.findIndex((told) => told.method === method && is(told.params))
        if (at < 0) return
        this.#waiting.delete(look)
        resolve(this.#told.splice(at, 1)[0]!.params)
      }
      this.#waiting.add(look)
      look()
    })
  }

  #hear(message: Message): void {
    if (message.id !== undefined) this.#answers.get(message.id)?.(message)
    else this.#told.push(message as Told)
    for (const look of [...this.#waiting]) look()
  }
}

/** A text as one masked frame, as clients must send them. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text)
  const mask = randomBytes(4)
  const head = Buffer.alloc(8)
  head.writeUInt8(0x81, 0)
  head.writeUInt8(0x80 | 126, 1)
  head.writeUInt16BE(payload.length, 2) // what a test calls is shorter than 64 KB
  mask.copy(head, 4)
  return Buffer.concat([head, payload.map((byte, i) => byte ^ mask[i % 4]!)])
}

/** The texts in what a server sends, however it is cut. */
class Frames {
  readonly #hear: (text: string) => void
  #bytes: Buffer = Buffer.alloc(0)
  #parts: Array<Buffer> = []

  constructor(hear: (text: string) => void) {
    this.#hear = hear
  }

  take(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    while (this.#takeOne());
  }

  #takeOne(): boolean {
    const bytes = this.#bytes
    if (bytes.length < 2) return false
    const short = bytes[1]! & 0x7f
    const start = short < 126 ? 2 : short === 126 ? 4 : 10
    if (bytes.length < start) return false
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
    if (bytes.length < start + length) return false
    this.#bytes = bytes.subarray(start + length)
    if ((bytes[0]! & 0x0f) > 2) return true // a ping, or its end
    this.#parts.push(bytes.subarray(start, start + length))
    if ((bytes[0]! & 0x80) === 0) return true
    const text = Buffer.concat(this.#parts).toString("utf8")
    this.#parts = []
    this.#hear(text)
    return true
  }
}
