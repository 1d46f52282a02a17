import t from "tap"
import { accepted, type HttpRefused, secondsIn } from "../../../engine/worker/inside/asking/accepted.ts"

const refusal = async (response: Response): Promise<HttpRefused> =>
  accepted(response).then(
    () => Promise.reject(new Error("it was accepted")),
    (failure: HttpRefused) => failure,
  )

t.test("a response is accepted where its status is 200 to 299, and no other is", async (t) => {
  for (const status of [200, 201, 299]) t.equal((await accepted(new Response("", { status }))).status, status)
  for (const status of [300, 302, 400, 404, 429, 500, 599])
    t.equal((await refusal(new Response(null, { status }))).status, status)
})

t.test("a request that is at fault is not worth another try; a busy, late or broken server is", async (t) => {
  const final = [300, 301, 307, 400, 401, 402, 403, 404, 405, 410, 413, 415, 422, 451, 499]
  for (const status of final)
    t.equal((await refusal(new Response(null, { status }))).isFinal, true, String(status))
  for (const status of [408, 409, 425, 429, 500, 501, 502, 503, 504, 529])
    t.equal((await refusal(new Response(null, { status }))).isFinal, undefined, String(status))
})

t.test("Retry-After is seconds, or a date by the server's own clock; what is neither says nothing", (t) => {
  const date = "Wed, 21 Oct 2015 07:28:00 GMT"
  for (const [said, seconds] of [
    ["0", 0],
    ["7", 7],
    [" 2.5 ", 2.5],
    ["100000000000", 1e11],
    ["Wed, 21 Oct 2015 07:28:30 GMT", 30],
    ["Wednesday, 21-Oct-15 07:28:30 GMT", 30],
    ["Wed Oct 21 07:28:30 2015", 30],
    ["Wed, 21 Oct 2015 07:27:00 GMT", 0],
    ["-5", undefined],
    ["", undefined],
    ["soon", undefined],
    ["after 2090", undefined],
    ["2015-10-21", undefined],
    ["1e3", undefined],
    ["7, 9", undefined],
    ["Infinity", undefined],
    ["Wed, 99 Foo 2015 07:28:30 GMT", undefined],
  ] as const)
    t.equal(secondsIn(said, date), seconds, said)
  t.equal(secondsIn(null, date), undefined)
  const later = new Date(Date.now() + 60_000).toUTCString()
  for (const none of [null, "no date"]) {
    const seconds = secondsIn(later, none)!
    t.ok(seconds > 50 && seconds <= 60, `${seconds} by the clock here`)
  }
  t.end()
})

t.test("of what a server says in place of an answer the first is told, however long it is", async (t) => {
  let sent = 0
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sent += 1000
      controller.enqueue(new TextEncoder().encode("x".repeat(1000)))
    },
  })
  const { message } = await refusal(new Response(endless, { status: 500, statusText: "No" }))
  t.equal(message, `the server answered 500 No: ${"x".repeat(300)}`)
  t.ok(sent < 100_000)
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error("cut")) })
  t.equal((await refusal(new Response(broken, { status: 503 }))).message, "the server answered 503")
  const [status, headers] = [429, { "retry-after": "9" }]
  t.match(await refusal(new Response("no", { status, headers })), {
    message: "the server answered 429: no",
    retryAfter: 9,
  })
})
