// What is asked, with the answers that count as right.
export interface Question {
  readonly id: string
  readonly text: string
  readonly right: string
}

export const questions: ReadonlyArray<Question> = [
  { id: "sum", text: "What is 17 + 25?", right: "42" },
  { id: "product", text: "What is 12 times 12?", right: "144" },
  { id: "prime", text: "What is the smallest prime above 31?", right: "37" },
  { id: "months", text: "How many months have 31 days?", right: "7" },
  { id: "sides", text: "How many sides has a heptagon?", right: "7" },
  { id: "roman", text: "Which number is XIX?", right: "19" },
]

/** Ways to put a question. */
export const prompts = {
  bare: (question: string): string => question,
  terse: (question: string): string => `Answer with a number and nothing else. ${question}`,
  steps: (question: string): string =>
    `Think step by step, then give the number in the last line. ${question}`,
} as const

export type Prompt = keyof typeof prompts
