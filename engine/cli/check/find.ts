// Which question a person means: by its number on the sheet, its name, or some of its words. Pure.
import type { Question } from "../../content/answers.ts"
import { nearest } from "../../declare/suggest.ts"

export interface Asked extends Question {
  /** On the sheet, from 1. */
  readonly number: number
}

/** A name that is no question's, or more than one's: what there is. */
export class UnknownQuestion extends Error {
  readonly _tag = "UnknownQuestion"
}

/** @throws UnknownQuestion with those that may have been meant */
export function findQuestion(questions: ReadonlyArray<Asked>, name: string): Asked {
  if (/^\d+$/.test(name.trim())) {
    const numbered = questions.find(({ number }) => number === Number(name))
    if (numbered !== undefined) return numbered
    throw new UnknownQuestion(
      `there is no question ${name.trim()}, but 1 to ${questions.length}\n${listed(questions)}`,
    )
  }
  const typed = wordsOf(name)
  for (const isMeant of typed.length === 0 ? [] : ways) {
    const found = questions.filter((question) =>
      namesOf(question).some((known) => isMeant(typed, wordsOf(known))),
    )
    if (found.length === 1) return found[0]!
    if (found.length > 1)
      throw new UnknownQuestion(
        `"${name}" may be one of several questions: name one of them, or its number\n${listed(found)}`,
      )
  }
  const near = nearest(
    name.toLowerCase(),
    questions.flatMap(namesOf).map((known) => known.toLowerCase()),
  )
  throw new UnknownQuestion(
    `there is no question "${name}"${near === undefined ? "" : `; did you mean "${near}"?`}\n${listed(questions)}`,
  )
}

/** One a line, with its number. */
export const listed = (questions: ReadonlyArray<Asked>): string =>
  questions.map(({ number, text }) => `  ${number}. ${text}`).join("\n")

const namesOf = ({ text, names }: Question): ReadonlyArray<string> => [text, ...names]

type Words = ReadonlyArray<string>

/** Ways to mean a question, the surest first. */
const ways: ReadonlyArray<(typed: Words, known: Words) => boolean> = [
  (typed, known) => typed.join(" ") === known.join(" "),
  (typed, known) => known.join(" ").startsWith(`${typed.join(" ")} `),
  (typed, known) => typed.every((word) => known.includes(word)),
  (typed, known) => typed.every((word) => known.some((other) => other.startsWith(word))),
]

/** Lower case, no punctuation, and no s of a plural. */
const wordsOf = (text: string): Words =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .map((word) => word.replace(/(?<=\w{3})s$/, ""))
