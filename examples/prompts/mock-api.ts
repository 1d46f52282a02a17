// An API to try this with: it listens on this machine alone, answers as a model might, fails one time in twenty, and refuses what comes
// too fast. `npx tsx mock-api.ts [PORT]`; it ends with Ctrl-C.
import { createHash } from "node:crypto"
import { createServer } from "node:http"
import { questions } from "./parts/questions.ts"

const port = Number(process.argv[2] ?? 8787)
/** Requests that it takes within a minute. */
const perMinute = 600
const minute = 60_000

interface Asked {
  readonly model: string
  readonly prompt: string
  readonly temperature: number
}

/** Between 0 and 1, the same for the same text. */
const draw = (text: string): number => createHash("sha256").update(text).digest().readUInt32BE(0) / 2 ** 32

/** How often each request was answered: a model that is asked again may say something else. */
const times = new Map<string, number>()
const recent: Array<number> = []
let requests = 0
let answers = 0

function answer(asked: Asked): string {
  const name = JSON.stringify(asked)
  const nth = asked.temperature === 0 ? 0 : (times.get(name) ?? 0)
  times.set(name, nth + 1)
  const { right } = questions.find(({ text }) => asked.prompt.endsWith(text))!
  const thinks = asked.prompt.startsWith("Think")
  const skill = (asked.model === "large" ? 0.75 : 0.5) + (thinks ? 0.2 : 0) - 0.1 * asked.temperature
  const said = draw(`${name} ${nth}`) < skill ? right : String(Number(right) + 1)
  if (thinks) return `Let me see.\nOne thing after the other.\n${said}`
  return asked.prompt.startsWith("Answer") ? said : `I should say that it is ${said}.`
}

const server = createServer(async (request, response) => {
  let body = ""
  for await (const part of request) body += part
  const now = performance.now()
  while (recent.length > 0 && recent[0]! <= now - minute) recent.shift()
  if (recent.length >= perMinute) {
    response.writeHead(429, { "retry-after": "1" }).end("slower")
    return
  }
  recent.push(now)
  if (++requests % 20 === 0) {
    response.writeHead(503).end("busy")
    return
  }
  answers++
  response
    .writeHead(200, { "content-type": "application/json" })
    .end(JSON.stringify({ text: answer(JSON.parse(body)) }))
})

server.listen(port, "127.0.0.1", () => {
  const address = server.address() as { readonly port: number }
  console.log(`http://127.0.0.1:${address.port}/v1/answers`)
})
process.on("SIGINT", () => process.exit(0))
process.on("SIGUSR2", () => console.log(`${requests} requests, ${answers} answered`))
