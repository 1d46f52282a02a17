// Which prompt serves which model: prompts × models × temperatures, each asked several times.
import { Schema } from "effect"
import { experiment, repeat } from "refold"
import { type Prompt, prompts, questions } from "../parts/questions.ts"
import { ask } from "../stages/ask.ts"
import { grade } from "../stages/grade.ts"

const right = Object.fromEntries(questions.map(({ id, right }) => [id, right]))

export default experiment(
  "prompts",
  {
    models: Schema.Array(Schema.String).annotations({
      default: ["small", "large"],
      description: "the models that are asked",
    }),
    temperatures: Schema.Array(Schema.Number).annotations({
      default: [0, 1],
      description: "how freely they answer",
    }),
    trials: Schema.Int.pipe(Schema.positive()).annotations({
      default: 5,
      description: "how often each question is asked",
    }),
  },
  ({ models, temperatures, trials }) => ({
    cells: (Object.keys(prompts) as Array<Prompt>).flatMap((prompt) =>
      models.flatMap((model) =>
        temperatures.flatMap((temperature) =>
          repeat(
            trials,
            (trial) => {
              const answers = questions.map(({ id, text }) => {
                const params = { model, temperature, prompt: prompts[prompt](text), trial }
                return [id, ask(params, {}, { model, temperature, prompt, question: id }).answer] as const
              })
              const cell = { model, temperature, prompt }
              return grade({ right }, { answers: Object.fromEntries(answers) }, cell).score
            },
            "trial",
          ),
        ),
      ),
    ),
  }),
)
