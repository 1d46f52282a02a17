import t from "tap"
import { Channel, type Sink } from "../../../engine/cli/process/channel.ts"

const failing = (code: string): Error => Object.assign(new Error(`${code}: no`), { code })

/** Takes text as it comes; the rest of its answers are the test's to give. */
function slowSink() {
  const taken: Array<string> = []
  const answers: Array<(failure?: Error) => void> = []
  const sink: Sink = (text, done) => {
    taken.push(text)
    answers.push(done)
  }
  return { sink, taken, answers }
}

t.test("a reader that leaves is no failure, and what comes after is dropped", async (t) => {
  for (const code of ["EPIPE", "ECONNRESET", "EOF"]) {
    const { sink, taken, answers } = slowSink()
    const channel = new Channel(sink)
    channel.write("one")
    channel.write("two")
    answers[0]!(failing(code))
    answers[1]!(failing("ERR_STREAM_DESTROYED"))
    channel.write("three")
    await channel.written()
    t.equal(channel.failure, undefined)
    t.same(taken, ["one", "two"])
  }
})

t.test("what cannot be written is remembered, thrown or told, and nothing is tried again", async (t) => {
  for (const code of ["ENOSPC", "EIO", "EBADF", "EFBIG"]) {
    const thrown = new Channel(() => {
      throw failing(code)
    })
    thrown.write("one")
    thrown.write("two")
    await thrown.written()
    t.match(thrown.failure, { code })
    const { sink, taken, answers } = slowSink()
    const told = new Channel(sink)
    told.write("one")
    answers[0]!(failing(code))
    told.write("two")
    await told.written()
    t.match(told.failure, { code })
    t.same(taken, ["one"])
  }
})

t.test("a slow reader is waited for to the last line", async (t) => {
  const { sink, answers } = slowSink()
  const channel = new Channel(sink)
  let isWritten = false
  channel.write("one")
  channel.write("two")
  const written = channel.written().then(() => (isWritten = true))
  answers[0]!()
  await new Promise((turn) => setImmediate(turn))
  t.notOk(isWritten, "one is under way")
  answers[1]!()
  await written
  await channel.written()
})
