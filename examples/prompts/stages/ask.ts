// One question put to one model: recorded, so that nothing is asked twice.
import { Schema } from "effect"
import { recorded } from "refold"
import { url } from "../parts/api.ts"

export const ask = recorded("ask", {
  doc: "Asks a model one question",
  params: Schema.Struct({
    model: Schema.String,
    prompt: Schema.String,
    temperature: Schema.Number,
    trial: Schema.Int,
  }),
  inputs: {},
  outputs: { answer: "value" },
  // The same request five times is five observations: the trial tells them apart, and is not sent.
  trial: "trial",
  request: ({ model, prompt, temperature }) => ({ model, prompt, temperature }),
  observe: async (request, { signal, accepted }) => {
    const response = await accepted(
      fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(request),
        signal,
      }),
    )
    const { text } = (await response.json()) as { readonly text: string }
    return { answer: text }
  },
})
