// How the tables of `describe` write numbers and sizes; knows nothing of what they measure.
import type { AnswerDraft } from "refold"

type Value = AnswerDraft["answer"]

interface Further {
  /** What else the question may be called by, separated by commas. */
  readonly names?: string
  /** "bytes", or the word that may stand behind a number. */
  readonly unit?: string
  /** Whether it is answered in words. */
  readonly open?: boolean
  /** Wrong answers that are often given, and what they come from. */
  readonly mistakes?: ReadonlyArray<readonly [Value, string]>
}

/** A question of the coursework, its answer as computed and how it follows; then wrong ones, where they are not right by chance. */
export function answer(
  question: string,
  right: Value,
  how: string,
  { names, unit, open = false, mistakes = [] }: Further = {},
): ReadonlyArray<AnswerDraft> {
  const row = (answer: Value, mistake: string | null): AnswerDraft => ({
    question,
    answer,
    "how it follows": how,
    names: names ?? null,
    unit: unit ?? null,
    mistake,
    open,
  })
  const wrong = mistakes.filter(([value]) => value !== right)
  return [row(right, null), ...wrong.map(([value, from]) => row(value, from))]
}

/** A question whose answer is an explanation. */
export const explained = (question: string, text: string, how: string): ReadonlyArray<AnswerDraft> =>
  answer(question, text, how, { open: true })

/** 1234567 → "1,234,567", in every locale. */
export const grouped = (count: number): string => {
  const [whole, ...fraction] = String(count).split(".")
  return [whole!.replace(/\B(?=(?:\d{3})+$)/g, ","), ...fraction].join(".")
}

/** "28 × 28 × 3". */
export const times = (sizes: ReadonlyArray<number>): string => sizes.map(grouped).join(" × ")

/** "12,613,600 bytes (12.6 MB)". */
export const bytesText = (bytes: number): string => {
  const exact = `${grouped(bytes)} bytes`
  if (bytes < 1e5) return exact
  return `${exact} (${bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`})`
}

/** "1 filter", "3 filters". */
export const counted = (count: number, noun: string): string =>
  `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`
