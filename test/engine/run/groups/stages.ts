// Stages of numbers, of which laws of groups make lists, squares and sums.
import * as Schema from "effect/Schema"
import { group, many, settled, stage } from "../../../../engine/declare/index.ts"

const Numbers = Schema.Struct({ numbers: Schema.Array(Schema.Number) })

export const list = stage("list", {
  params: Numbers,
  inputs: {},
  outputs: { list: "value" },
  run: ({ params }) => ({ list: [...params.numbers] }),
})

export const square = stage("square", {
  params: Schema.Struct({ number: Schema.Number }),
  inputs: {},
  outputs: { squared: "value" },
  run: ({ params: { number } }) => {
    if (number < 0) throw new RangeError("no negative numbers")
    return { squared: number * number }
  },
})

export const increment = stage("increment", {
  params: Schema.Struct({}),
  inputs: { number: "value" },
  outputs: { incremented: "value" },
  run: ({ inputs: { number } }) => ({ incremented: (number as number) + 1 }),
})

export const listed = stage("listed", {
  params: Schema.Struct({}),
  inputs: { numbers: group("value") },
  outputs: { text: "text" },
  run: ({ inputs: { numbers } }) => ({
    text: numbers.map(({ item, name, content }) => `${item} ${name} ${content}`).join("\n"),
  }),
})

export const sum = stage("sum", {
  params: Schema.Struct({}),
  inputs: { numbers: many("value") },
  outputs: { sum: "value" },
  run: ({ inputs: { numbers } }) => ({
    sum: Object.values(numbers).reduce((all: number, one) => all + (one as number), 0),
  }),
})

export const partly = stage("partly", {
  params: Schema.Struct({}),
  inputs: { numbers: settled("value") },
  outputs: { text: "text" },
  run: ({ inputs: { numbers } }) => ({
    text: `${numbers.succeeded.map(({ content }) => content)} but ${numbers.failed}`,
  }),
})

export const joining = [square, increment]
