// What docs/teaching.md says is what `check` knows, and its commands are ones that run.
import t from "tap"
import { findQuestion } from "../../engine/cli/check/find.ts"
import { mark } from "../../engine/cli/check/mark.ts"
import {
  type AnswerDraft,
  answerRows,
  answerText,
  type Question,
  questionsOf,
} from "../../engine/content/answers.ts"
import type { AnyExperiment } from "../../engine/declare/index.ts"
import { experimentParams } from "../../engine/declare/params.ts"
import { plan } from "../../engine/plan/plan.ts"
import exercise1 from "../../experiments/exercise-1.ts"
import exercise2 from "../../experiments/exercise-2.ts"
import lenet from "../../experiments/lenet.ts"
import smoke from "../../experiments/smoke.ts"
import { runForm } from "../stages/support/run-form.ts"
import { textOf } from "../support/sources.ts"

const page = textOf("docs/teaching.md")
const experiments = new Map<string, AnyExperiment>(
  [exercise1, exercise2, lenet, smoke].map((experiment) => [experiment.name, experiment]),
)

async function asked(
  experiment: AnyExperiment,
  set: ReadonlyArray<string> = [],
): Promise<ReadonlyArray<Question>> {
  const { tasks } = plan(experiment, experimentParams(experiment, set))
  const { node } = tasks.find(({ node }) => "answers" in node.stage.definition.outputs)!
  const { answers } = (await runForm(node.stage, node.params, {})) as { answers: ReadonlyArray<AnswerDraft> }
  return questionsOf(answerRows(answers))
}

t.test("known wrong answers are those that check knows, each with what it comes from", async (t) => {
  for (const experiment of [exercise1, exercise2])
    for (const question of await asked(experiment)) {
      const { text, answer, unit, mistakes } = question
      if (mistakes.length > 0)
        t.ok(page.includes(`| ${text} | ${answerText(answer, unit)} |`), `${experiment.name}: ${text}`)
      for (const { answer, from } of mistakes) {
        const written = answerText(answer, unit === "bytes" ? null : unit)
        t.ok(page.includes(`| ${written} | ${from} |`), `${experiment.name}: ${text}: ${written}`)
        t.ok(mark(question, written).notes.includes(from), `${written} is told to come from: ${from}`)
      }
    }
})

t.test("every answer is right as it is shown, in other sizes too, and no mistake is", async (t) => {
  const sizes: ReadonlyArray<readonly [AnyExperiment, ReadonlyArray<string>]> = [
    [exercise1, []],
    [exercise1, ["height=20", "kernel=4", "filters=2", "channels=3"]],
    [exercise1, ["height=9", "width=9", "kernel=1", "filters=1"]],
    [exercise2, []],
    [exercise2, ["filters=8,16", "batch=1", "stride=3", "height=31"]],
    [exercise2, ["filters=5", "stride=1", "channels=1"]],
  ]
  for (const [experiment, set] of sizes)
    for (const question of await asked(experiment, set)) {
      const { text, answer, isOpen, mistakes } = question
      if (isOpen) continue
      t.equal(mark(question, String(answer)).verdict, "right", `${text}: ${answer}`)
      for (const mistake of mistakes)
        t.not(mark(question, String(mistake.answer)).verdict, "right", `${text}: not ${mistake.answer}`)
    }
})

t.test("commands of the page name experiments, params and questions that there are", async (t) => {
  const lines = page.match(/^npm run (?:-s )?pipeline -- .*$/gm)!
  t.ok(lines.length >= 6)
  for (const line of lines) {
    const experiment = experiments.get(/--exp (\S+)/.exec(line)![1]!)!
    const set = [...line.matchAll(/--set (\S+)/g)].map(([, assignment]) => assignment!)
    t.doesNotThrow(() => experimentParams(experiment, set), line)
    if (!line.includes(" check ") || line.includes("--sheet")) continue
    const questions = (await asked(experiment, set)).map((question, at) => ({ ...question, number: at + 1 }))
    const given = [...line.replace(/--set \S+/g, "").matchAll(/'([^'=]+)=([^']+)'| ([\w]+)=(\S+)/g)]
    t.ok(given.length > 0, line)
    for (const [, quoted, a, plain, b] of given)
      t.equal(mark(findQuestion(questions, (quoted ?? plain)!), (a ?? b)!).verdict, "right", line)
  }
})
