// `check`: says of answers to an experiment's questions whether they are right, and how they follow; --sheet prints the questions.
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { answerText } from "../content/answers.ts"
import { encodeExperimentParams, experimentParams, paramDocs } from "../declare/params.ts"
import { planning } from "../plan/plan.ts"
import { linesOf } from "../report/readers/plain.ts"
import { AnswersFailed, answersOf } from "../session/answers.ts"
import { expected, expectedInTurns } from "../session/expected.ts"
import { Differs } from "../session/run-lock.ts"
import { type Asked, findQuestion, listed } from "./check/find.ts"
import { type Mark, mark } from "./check/mark.ts"
import { questionFields, sheet } from "./check/sheet.ts"
import { type CommandContext, chosenPlace, withKernels } from "./context.ts"
import { badUsage, TasksFailed } from "./failures.ts"
import { loadedExperiment } from "./loading.ts"
import { artifacts, backend, data, exp, jobs, json, set, verbose } from "./options.ts"
import { complain, print } from "./output.ts"

const answers = Args.text({ name: "QUESTION=ANSWER" }).pipe(
  Args.withDescription(
    "An answer: parameters=78, 'feature map=28x28', memory=12.6MB, or by the question's number, 3=78",
  ),
  Args.repeated,
)
const asSheet = Options.boolean("sheet").pipe(
  Options.withDescription("Prints the questions with their params, for a class: no answer among them"),
)

const options = { answers, exp, set, sheet: asSheet, jobs, backend, artifacts, data, json, verbose }

export const checkCommand = (context: CommandContext) =>
  Command.make("check", options, (given) =>
    Effect.gen(function* () {
      const typed = yield* expected(() => given.answers.map(splitAnswer))
      const wrong = wrongTogether(given)
      if (wrong !== undefined) return yield* Effect.fail(badUsage(wrong))
      const place = yield* withKernels(context, yield* chosenPlace(context, given), Option.none())
      const experiment = yield* loadedExperiment(context.root, given.exp)
      const params = yield* expected(() => experimentParams(experiment, given.set))
      const plan = yield* expectedInTurns(() => planning(experiment, params))
      const found = yield* answersOf(place, { experiment, params, plan }, given.jobs).pipe(
        Effect.catchAll((failure) =>
          failure instanceof AnswersFailed ? told(failure, given.json) : Effect.fail(failure),
        ),
      )
      const questions = found.map((question, at): Asked => ({ ...question, number: at + 1 }))
      const about = {
        experiment: experiment.name,
        params: encodeExperimentParams(experiment, params) as Readonly<Record<string, unknown>>,
      }
      if (given.json && given.sheet)
        return print(JSON.stringify({ ...about, questions: questions.map(questionFields) }))
      if (given.sheet) {
        const { doc } = experiment
        const facts = { ...about, doc, paramDocs: paramDocs(experiment), questions, set: given.set }
        return print(sheet({ ...facts, program: programName() }))
      }
      const marked = yield* expected(() => markedAnswers(questions, typed))
      if (given.json) print(JSON.stringify({ ...about, checked: marked.map(fieldsOf) }))
      else for (const line of marked.flatMap(linesFor)) print(line)
      const wrongOnes = marked.filter(({ verdict }) => verdict === "wrong" || verdict === "coarse").length
      if (wrongOnes > 0) return yield* Effect.fail(new Differs(wrongOnes))
    }),
  ).pipe(
    Command.withDescription(
      "Says of answers to an experiment's questions whether they are right, and how they follow",
    ),
  )

interface Wished {
  readonly sheet: boolean
  readonly answers: ReadonlyArray<string>
  readonly jobs: number
}

/** What is wrong with the options as they stand beside each other, if anything is. */
function wrongTogether({ sheet, answers, jobs }: Wished): string | undefined {
  if (sheet && answers.length > 0) return "check: --sheet prints the questions: leave the answers out"
  return jobs < 1 ? `--jobs ${jobs}: at least one` : undefined
}

/** What failed, as the run would have told it. */
const told = ({ events }: AnswersFailed, isJson: boolean) => {
  for (const event of events) {
    if (isJson) print(JSON.stringify(event))
    else for (const line of linesOf(event)) complain(line)
  }
  return Effect.fail(new TasksFailed())
}

interface Marked extends Mark {
  readonly question: Asked
  readonly given: string
}

interface TypedAnswer {
  readonly name: string
  readonly given: string
}

/** @throws Refusal */
function splitAnswer(text: string): TypedAnswer {
  const [name, given] = text.split(/=(.*)/s) as [string, string | undefined]
  if (given !== undefined && given.trim() !== "" && name.trim() !== "") return { name, given: given.trim() }
  throw badUsage(
    `check: "${text}" is no QUESTION=ANSWER: type it without spaces around the =, or in quotes, such as 'feature map=28x28'`,
  )
}

/** @throws Refusal, UnknownQuestion or UnreadableAnswer */
function markedAnswers(
  questions: ReadonlyArray<Asked>,
  typed: ReadonlyArray<TypedAnswer>,
): ReadonlyArray<Marked> {
  if (typed.length === 0)
    throw badUsage(`check: answer as QUESTION=ANSWER, such as 1=…; the questions are\n${listed(questions)}`)
  return typed.map(({ name, given }) => {
    const question = findQuestion(questions, name)
    return { question, given, ...mark(question, given) }
  })
}

/** The answer itself is told only to who has it, or where nobody else could compare. */
const isTold = ({ verdict }: Mark): boolean => verdict === "right" || verdict === "open"

const fieldsOf = (marked: Marked) => {
  const { question, given, verdict, notes } = marked
  const { number, text, answer, unit, how } = question
  return {
    number,
    question: text,
    given,
    verdict,
    notes,
    ...(isTold(marked) ? { answer: answerText(answer, unit) } : {}),
    "how it follows": how,
  }
}

const heads: Readonly<Record<Mark["verdict"], string>> = {
  right: "right ",
  wrong: "wrong ",
  coarse: "coarse",
  open: "open  ",
}

function linesFor(marked: Marked): ReadonlyArray<string> {
  const { question, given, verdict, notes } = marked
  const { text, answer, unit, how } = question
  const written = answerText(answer, unit)
  const compared = verdict === "open" ? [`compare it with: ${written}`] : []
  return [
    `${heads[verdict]}  ${text}: ${verdict === "right" ? written : given}`,
    ...[...notes, ...compared].map((note) => `        ${note}`),
    ...(how === "" ? [] : [`        how it follows: ${how}`]),
  ]
}

/** How a person calls this program: behind npm's script, or by its name. */
const programName = (): string => {
  const script = process.env.npm_lifecycle_event
  return script === undefined || script === "npx" ? "npx refold" : `npm run ${script} --`
}
