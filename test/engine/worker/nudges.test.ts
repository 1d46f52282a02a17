// in turn: it starts processes.
import { execFileSync } from "node:child_process"
import { closeSync, existsSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import t, { type Test } from "tap"
import { open } from "../../../engine/testing/layers.ts"
import { gone } from "../../../engine/testing/processes.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { Executor, type News } from "../../../engine/worker/executor.ts"
import { nudging } from "../../../engine/worker/inside/telling/nudging.ts"
import { localPool } from "../../../engine/worker/local-pool.ts"
import { NudgeLines } from "../../../engine/worker/nudge-lines.ts"
import { nudgeVariable, type TaskFile } from "../../../engine/worker/protocol.ts"

t.test(
  "nudges are heard in whatever pieces they come, and whatever comes between them is passed over",
  async (t) => {
    const nudges = [
      { nudge: "ready" },
      { nudge: "progress", done: 1, total: 2, metrics: { "ä/☃": 0.5 } },
      { nudge: "link", n: 1, status: "ran" },
      { nudge: "end", attempt: 1 },
    ]
    const noise = [
      "null",
      "7",
      "[]",
      "{}",
      '{"nudge":"end"}',
      '{"nudge":"link","n":"1","status":"ran"}',
      '{"nudge":"link","n":-1,"status":"ran"}',
      '{"nudge":"progress","done":1,"total":2,"metrics":{"loss":null}}',
      `{"nudge":"end","attempt":1,"folder":"${"x".repeat(3_000_000)}"}`,
      "[".repeat(500_000),
      "\u0000",
      "",
    ]
    const text = nudges.map((nudge, i) => `${noise.slice(i).join("\n")}\n${JSON.stringify(nudge)}\n`).join("")
    for (const size of [1_000, 65_536, 10_000_000]) {
      const lines = new NudgeLines()
      const heard = []
      for (let at = 0; at < text.length; at += size) heard.push(...lines.take(text.slice(at, at + size)))
      t.same(heard, nudges, `in pieces of ${size}`)
    }
    const lines = new NudgeLines()
    const small = nudges
      .map((nudge) => `x${JSON.stringify(nudge)}\nnull\n${JSON.stringify(nudge)}\n`)
      .join("")
    t.same(
      [...small].flatMap((letter) => lines.take(letter)),
      nudges,
      "letter by letter",
    )
  },
)

t.test(
  "a file that got the number of a pipe that a stage closed is not written to",
  { skip: process.platform === "win32" && "there are no named pipes that a descriptor stands for" },
  async (t) => {
    const folder = temporaryFolder(t)
    execFileSync("mkfifo", [join(folder, "pipe")])
    const pipe = openSync(join(folder, "pipe"), "r+")
    process.env[nudgeVariable] = String(pipe)
    const nudge = nudging()
    nudge({ nudge: "ready" })
    const heard = Buffer.alloc(100)
    t.match(heard.toString("utf8", 0, readSync(pipe, heard)), /"ready"/)
    closeSync(pipe)
    const file = openSync(join(folder, "file"), "w+")
    t.equal(file, pipe, "the lowest number that is free")
    nudge({ nudge: "ready" })
    t.equal(readFileSync(join(folder, "file"), "utf8"), "")
    closeSync(file)
  },
)

/** A worker that does what a script says for each folder that it is given. */
function poolOf(
  t: Test,
  script: string,
  often: (look: () => void) => () => void,
  about: Partial<TaskFile> = {},
) {
  const folder = temporaryFolder(t)
  const worker = join(folder, "worker.mjs")
  writeFileSync(
    worker,
    `import { createInterface } from "node:readline"
     import { spawn } from "node:child_process"
     import { renameSync, writeFileSync, writeSync } from "node:fs"
     const leave = (folder, result) => {
       writeFileSync(folder + "/part", JSON.stringify(result))
       renameSync(folder + "/part", folder + "/result.json")
     }
     createInterface({ input: process.stdin }).on("line", (line) => {
       const { folder, attempt } = JSON.parse(line)
       if (folder !== undefined) (${script})(folder, attempt)
     })`,
  )
  const services = open(t, localPool([process.execPath, worker], {}, undefined, often))
  const effect = (hear: (news: News) => void) =>
    Context.get(services, Executor).execute({ code: worker, ...about } as TaskFile, temporaryFolder(t), hear)
  return {
    folder,
    effect,
    perform: (hear: (news: News) => void = () => {}) => Effect.runPromise(effect(hear)),
  }
}
const done = `{ status: "done", outputs: {}, progress: [], seconds: 1 }`

t.test("a result that no nudge spoke of is found when it is looked for", async (t) => {
  const looks = new Set<() => void>()
  const { perform } = poolOf(t, `(folder) => { leave(folder, ${done}); console.log("left") }`, (look) => {
    looks.add(look)
    return () => looks.delete(look)
  })
  for (let i = 0; i < 2; i++) {
    const result = await perform(() => {
      for (const look of looks) look()
    })
    t.match(result, { status: "done" })
  }
  t.equal(looks.size, 0, "and not any more")
})

t.test("what was printed before a result is told, also where the result is found first", async (t) => {
  let look = (): void => {}
  const script = `(folder, attempt) => {
    writeSync(3, JSON.stringify({ nudge: "printed", attempt, text: "early" }) + "\\n")
    setTimeout(() => {
      writeSync(3, JSON.stringify({ nudge: "printed", attempt, text: "late" }) + "\\n")
      leave(folder, ${done})
      writeFileSync(new URL("left", import.meta.url), "")
    }, 50)
  }`
  const often = (own: () => void) => {
    look = own
    return () => {}
  }
  const { folder, perform } = poolOf(t, script, often, { request: null })
  let told = ""
  const result = await perform((news) => {
    if (news.nudge !== "printed") return
    told += news.text
    while (!existsSync(join(folder, "left"))); // nothing is heard meanwhile
    look()
  })
  t.match(result, { status: "done" })
  t.equal(told, "earlylate")
})

t.test("an end that is said of another attempt, late and in the same folder, ends none", async (t) => {
  const script = `(folder, attempt) => {
    writeSync(3, JSON.stringify({ nudge: "end", attempt: attempt - 1 }) + "\\n")
    writeSync(3, JSON.stringify({ nudge: "end", attempt: attempt + 1 }) + "\\n")
    writeSync(3, JSON.stringify({ nudge: "progress", done: 1, total: 1, metrics: {} }) + "\\n")
    setTimeout(() => { leave(folder, ${done}); writeSync(3, JSON.stringify({ nudge: "end", attempt }) + "\\n") }, 50)
  }`
  const { perform } = poolOf(t, script, () => () => {})
  for (let i = 0; i < 2; i++) t.match(await perform(), { status: "done" })
})

for (const [what, script] of [
  [
    "says that it ended and left no result",
    `(folder, attempt) => writeSync(3, JSON.stringify({ nudge: "end", attempt }) + "\\n")`,
  ],
  [
    "leaves a result that cannot be read",
    `(folder) => { writeFileSync(folder + "/result.json", "{"); console.log("x") }`,
  ],
  [
    "leaves the result null",
    `(folder) => { writeFileSync(folder + "/result.json", "null"); console.log("x") }`,
  ],
] as const) {
  t.test(`a worker that ${what} is lost, and hangs nobody`, async (t) => {
    const looks = new Set<() => void>()
    const { perform } = poolOf(t, script, (look) => {
      looks.add(look)
      return () => looks.delete(look)
    })
    await t.rejects(
      perform(() => {
        for (const look of looks) look()
      }),
      /result/,
    )
  })
}

t.test("an attempt that is stopped, as at its time limit, ends with what it has started", async (t) => {
  const script = `() => {
    const child = spawn("sleep", ["1000"])
    child.on("spawn", () => console.log("pid " + child.pid))
  }`
  const { effect } = poolOf(t, script, () => () => {})
  const started = await new Promise<number>((resolve) => {
    const fiber = Effect.runFork(
      effect((news) => {
        if (news.nudge !== "printed") return
        resolve(Number(news.text.slice(4)))
        Effect.runFork(Fiber.interrupt(fiber))
      }),
    )
  })
  t.ok(await gone(started))
})
