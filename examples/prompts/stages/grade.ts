// Scores what a model answered: computed, so that another way of scoring runs again and asks nothing.
import { Schema } from "effect"
import { many, stage } from "refold"

/** The last number of a text: what a model says at the end is its answer. */
const lastNumber = (text: string): string | undefined => text.match(/-?\d+(?:\.\d+)?/g)?.at(-1)

export const grade = stage("grade", {
  doc: "The share of right answers, and how long they are",
  params: Schema.Struct({ right: Schema.Record({ key: Schema.String, value: Schema.String }) }),
  inputs: { answers: many("value") },
  outputs: { score: "metrics" },
  run: ({ params, inputs }) => {
    const answers = Object.entries(inputs.answers).map(([id, text]) => [id, String(text)] as const)
    const isRight = answers.filter(([id, text]) => lastNumber(text) === params.right[id])
    const letters = answers.reduce((sum, [, text]) => sum + text.length, 0)
    return {
      score: { accuracy: isRight.length / answers.length, letters: letters / answers.length },
    }
  },
})
