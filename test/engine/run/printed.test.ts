import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import t from "tap"
import { experiment } from "../../../engine/declare/experiment.ts"
import { stage } from "../../../engine/declare/stage.ts"
import { AttemptLog } from "../../../engine/run/log/attempt-log.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

const printing = stage("printing", {
  params: Schema.Struct({ word: Schema.String }),
  inputs: {},
  outputs: { out: "value" },
  retries: 1,
  run: ({ params, log }) => {
    console.log("%s by console", params.word)
    log(`${params.word} by log`)
    if (params.word === "failing") throw new Error("no")
    return { out: 1 }
  },
})

t.test(
  "what a stage prints within the coordinator is told with its label, and kept as the log of each attempt",
  async (t) => {
    const place = memoryPlace(t)
    const artifacts = temporaryFolder(t)
    const two = experiment("two", {}, () =>
      ["fine", "failing"].map((word) => printing({ word }, {}, { word })),
    )
    const { recorder } = await place.run(two, { artifacts, keepGoing: true })
    const textOf = (word: string): string =>
      recorder
        .of("printed")
        .filter(({ task }) => task === `printing@word=${word}`)
        .map(({ text }) => text)
        .join("")
    t.equal(textOf("fine"), "fine by console\nfine by log\n")
    t.equal(textOf("failing"), "failing by console\nfailing by log\n".repeat(2))
    const attempts = place.history.attempts("printing@word=failing" as never)
    t.equal(attempts.length, 2)
    for (const { log, text } of attempts) {
      t.equal(readFileSync(join(artifacts, log!), "utf8"), "failing by console\nfailing by log\n")
      t.equal(text, "", "the ledger holds none of it")
    }
    t.not(attempts[0]!.log, attempts[1]!.log)
    const end = recorder.events.findIndex(({ event }) => event === "task-finished")
    t.ok(recorder.events.findIndex(({ event }) => event === "printed") < end, "before its end")
  },
)

t.test(
  "a log keeps the first and the last of what was printed, in pieces of any size, and whole characters",
  async (t) => {
    const folder = temporaryFolder(t)
    const half = 256 * 1024
    for (const [total, size] of [
      [100, 7],
      [half, half],
      [half + 10, 1000],
      [2 * half, 65_537],
      [2 * half + 1, 4_096],
      [3 * half + 5, 10_000_000],
      [9 * half + 17, 100_003],
    ] as const) {
      const text = Array.from(
        { length: Math.ceil(total / 11) },
        (_, i) => `${String(i).padStart(7, "0")}ä☃`,
      ).join("")
      const whole = Buffer.byteLength(text)
      const path = join(folder, `${total}-${size}`)
      const log = new AttemptLog(path)
      for (let at = 0; at < text.length; at += size) log.write(text.slice(at, at + size))
      t.ok(log.close())
      const kept = readFileSync(path, "utf8")
      const note = /\n… ([\d,]+) bytes left out …\n/.exec(kept)
      if (note === null) {
        t.equal(kept, text, `${total} in pieces of ${size}`)
        continue
      }
      const [first, last] = [kept.slice(0, note.index), kept.slice(note.index + note[0].length)]
      t.ok(text.startsWith(first) && text.endsWith(last), "no character is torn")
      const bytes = Buffer.byteLength(first) + Buffer.byteLength(last)
      t.equal(bytes + Number(note[1]!.replaceAll(",", "")), whole)
      t.ok(bytes > 2 * half - 8 && bytes <= 2 * half)
    }
    const nowhere = new AttemptLog(join(folder, "100-7", "log"))
    nowhere.write("lost")
    t.notOk(nowhere.close(), "one that cannot be written harms nobody")
  },
)
