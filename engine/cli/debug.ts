// `debug TASK`: performs one task with the inspector open, so that a debugger stops in the author's files. It keeps nothing.
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { experimentParams } from "../declare/params.ts"
import type { OutputRecords } from "../ledger/records.ts"
import { isNamed } from "../plan/named.ts"
import { type Plan, plan } from "../plan/plan.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { counted } from "../report/readers/counted.ts"
import { linesOf } from "../report/readers/plain.ts"
import { duration } from "../report/readers/reasons.ts"
import { errorFacts } from "../run/authored-error.ts"
import { type Debugged, debugTask } from "../session/debug-task.ts"
import { expected } from "../session/expected.ts"
import { partOf } from "../session/part.ts"
import { artifactLayer } from "../session/place.ts"
import { Differs } from "../session/run-lock.ts"
import { inspectorUrl, portTaken } from "../worker/inspected.ts"
import type { DoneFile } from "../worker/protocol.ts"
import { type CommandContext, chosenPlace } from "./context.ts"
import { badUsage, TasksFailed } from "./failures.ts"
import { codesOf, loadedExperiment } from "./loading.ts"
import { artifacts, backend, data, exp, set, verbose } from "./options.ts"
import { print, printPiece } from "./output.ts"

const task = Args.text({ name: "TASK" }).pipe(
  Args.withDescription("A task's label, or the name of a stage that has one task"),
)
const port = Options.integer("port").pipe(
  Options.withPseudoName("N"),
  Options.withDescription("Where the inspector listens, on this machine alone; 0 takes any free port"),
  Options.withDefault(9229),
)

export const debugCommand = (context: CommandContext) =>
  Command.make("debug", { task, exp, set, port, backend, artifacts, data, verbose }, (given) =>
    Effect.gen(function* () {
      if (given.port < 0 || given.port > 65_535)
        return yield* Effect.fail(badUsage(`--port ${given.port}: a port is a number from 0 to 65535`))
      const place = yield* chosenPlace(context, given)
      const experiment = yield* loadedExperiment(context.root, given.exp)
      const whole = yield* expected(() => plan(experiment, experimentParams(experiment, given.set)))
      const part = yield* partOf(place, whole, given.task)
      const asked = yield* theOne(part, given.task)
      if ("program" in asked.node.stage.definition)
        return yield* Effect.fail(
          badUsage(
            `${asked.label} is a program, and the inspector that debug opens is Node's: start the program under a debugger of its own`,
          ),
        )
      const codes = yield* codesOf(place.root, part)
      const screen = new Screen(asked)
      const debugged = yield* debugTask(place, {
        plan: part,
        task: asked,
        codes,
        port: given.port,
        hear: (news) => {
          if (news.nudge === "printed") screen.take(news.text)
        },
      }).pipe(Effect.provide(artifactLayer(place.artifacts)))
      screen.end()
      yield* told(asked, debugged, given.port)
    }),
  ).pipe(
    Command.withDescription("Runs one task with the inspector open, for a debugger; keeps nothing of it"),
  )

/** @param name of a task, or of a stage or group that has one */
const theOne = (part: Plan, name: string): Effect.Effect<PlannedTask, Error> => {
  const labelled = part.tasks.filter(({ label }) => label === name)
  const found = labelled.length > 0 ? labelled : part.tasks.filter((task) => isNamed(new Set([name]), task))
  if (found.length === 1) return Effect.succeed(found[0]!)
  const labels = found.slice(0, 5).map(({ label }) => label)
  const such = labels.length === 0 ? "" : `, such as ${labels.join(", ")}`
  return Effect.fail(badUsage(`"${name}" has ${counted(found.length, "task")}: name one of them${such}`))
}

/** What the process writes: first of all the inspector's address, then what the stage prints, as it comes. */
class Screen {
  readonly #task: PlannedTask
  #before: string | undefined = ""
  #isLineOpen = false

  constructor(asked: PlannedTask) {
    this.#task = asked
  }

  take(text: string): void {
    if (this.#before === undefined) this.#show(text)
    else this.#look(this.#before + text)
  }

  #look(before: string): void {
    const found = inspectorUrl(before)
    this.#before = found === undefined ? before : undefined
    if (found === undefined) return
    print(`Debugger listening on ${found.url}`)
    print(
      `  ${this.#task.label} starts once a debugger is attached, and stops at breakpoints in the .ts files. VS Code: Attach to Node Process (port ${found.port}); Chrome: chrome://inspect`,
    )
    this.#show(found.rest)
  }

  end(): void {
    if (this.#before !== undefined) this.#show(this.#before)
    if (this.#isLineOpen) print("")
  }

  #show(text: string): void {
    const own = text.replace(/^(Debugger (attached|ending on \S+)\.?|For help, see: \S+)\n/gm, "")
    if (own === "") return
    printPiece(own)
    this.#isLineOpen = !own.endsWith("\n")
  }
}

const told = (
  { label, stage }: PlannedTask,
  { result, known, isExact }: Debugged,
  port: number,
): Effect.Effect<void, Error> => {
  const { seconds } = result
  if (result.status === "failed") {
    if (result.error.message.includes(`exit code ${portTaken}`))
      return Effect.fail(badUsage(`port ${port} is taken: --port 0 takes one that is free`))
    const error = errorFacts(result.error)
    const event = {
      event: "task-finished",
      task: label,
      stage,
      status: "failed",
      key: null,
      outputs: {},
    } as const
    for (const line of linesOf({ ...event, seconds, error })) print(line)
    return Effect.fail(new TasksFailed())
  }
  print(`  done     ${label}  ${duration(seconds)}; nothing of it is kept`)
  for (const line of outputLines(result, known)) print(line)
  const differing = Object.entries(result.outputs).filter(
    ([name, { digest }]) => known !== undefined && known[name]?.digest !== digest,
  )
  return isExact && differing.length > 0 ? Effect.fail(new Differs(differing.length)) : Effect.void
}

function outputLines({ outputs }: DoneFile, known: OutputRecords | undefined): ReadonlyArray<string> {
  return Object.entries(outputs).map(([name, { digest }]) => {
    const before = known?.[name]?.digest
    const beside =
      before === undefined
        ? "no result is known"
        : before === digest
          ? "as the result that is known"
          : `DIFFERS from the result that is known, ${before}`
    return `  ${name}  ${digest}  (${beside})`
  })
}
