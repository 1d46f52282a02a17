// The kind `table:answers`: questions with their answers, how each follows, and wrong answers that are known. Knows no question.
import { groupedBy } from "./grouped.ts"

export const answersKind = "table:answers"

/** A row of such a table. Rows of one question: first its answer, then wrong ones with what they come from. */
export interface AnswerRow {
  readonly [column: string]: string | number | boolean | null
  readonly question: string
  /** A number, sizes such as "28 × 28", yes or no, or text. */
  readonly answer: string | number | boolean
  readonly "how it follows": string
  /** What else the question may be called by, separated by commas. */
  readonly names: string | null
  /** Of a number: "bytes", "%", or the word that may stand behind it. */
  readonly unit: string | null
  /** Of a wrong answer: what it comes from. */
  readonly mistake: string | null
  /** Whether it is answered in words, which nobody but a reader can compare. */
  readonly open: boolean
}

/** What may be left out of a row that a stage writes. */
export type AnswerDraft = Pick<AnswerRow, "question" | "answer" | "how it follows"> &
  Partial<Pick<AnswerRow, "names" | "unit" | "mistake" | "open">>

/** A question as people are asked it. */
export interface Question {
  readonly text: string
  readonly names: ReadonlyArray<string>
  readonly answer: AnswerRow["answer"]
  readonly unit: string | null
  readonly how: string
  readonly isOpen: boolean
  readonly mistakes: ReadonlyArray<{ readonly answer: AnswerRow["answer"]; readonly from: string }>
}

const columns: Readonly<Record<string, (cell: unknown) => boolean>> = {
  question: isText,
  answer: (cell) => isText(cell) || Number.isFinite(cell) || typeof cell === "boolean",
  "how it follows": (cell) => typeof cell === "string",
  names: isTextOrNull,
  unit: isTextOrNull,
  mistake: isTextOrNull,
  open: (cell) => typeof cell === "boolean",
}

/** @returns rows with all columns. @throws TypeError for what no such table holds */
export function answerRows(rows: ReadonlyArray<unknown>): ReadonlyArray<AnswerRow> {
  const whole = rows.map((row) => ({
    names: null,
    unit: null,
    mistake: null,
    open: false,
    ...(row as AnswerDraft),
  }))
  for (const [at, row] of whole.entries()) {
    const [extra] = Object.keys(row).filter((name) => !Object.hasOwn(columns, name))
    if (extra !== undefined)
      throw new TypeError(
        `row ${at} of the answers has a column "${extra}": there are ${Object.keys(columns).join(", ")}`,
      )
    const wrong = Object.keys(columns).find((name) => !columns[name]!(row[name as keyof typeof row]))
    if (wrong !== undefined)
      throw new TypeError(
        `row ${at} of the answers: "${wrong}" is ${JSON.stringify(row[wrong as keyof typeof row])}`,
      )
  }
  for (const [question, group] of groupedBy(whole, (row) => row.question)) {
    const right = group.filter(({ mistake }) => mistake === null)
    if (right.length !== 1)
      throw new TypeError(
        `the question "${question}" has ${right.length} answers that are no mistake: one is wanted`,
      )
  }
  // The same columns in the same order, whoever wrote them.
  return whole.map((row) =>
    Object.fromEntries(Object.keys(columns).map((name) => [name, row[name as keyof typeof row]])),
  ) as never
}

/** The questions of such a table, in their order. */
export const questionsOf = (rows: ReadonlyArray<AnswerRow>): ReadonlyArray<Question> =>
  [...groupedBy(rows, (row) => row.question).values()].map((group) => {
    const { question, answer, names, unit, open, ...right } = group.find(({ mistake }) => mistake === null)!
    return {
      text: question,
      names: names === null ? [] : names.split(",").map((name) => name.trim()),
      answer,
      unit,
      how: right["how it follows"],
      isOpen: open,
      mistakes: group.flatMap(({ answer, mistake }) => (mistake === null ? [] : [{ answer, from: mistake }])),
    }
  })

/** What is shown of such a table: answers as people write them, and no mistakes. */
export const shownAnswers = (
  rows: ReadonlyArray<AnswerRow>,
): ReadonlyArray<Readonly<Record<string, string>>> =>
  questionsOf(rows).map(({ text, answer, unit, how }) => ({
    question: text,
    answer: answerText(answer, unit),
    "how it follows": how,
  }))

/** "2,352", "12,613,600 bytes (12.6 MB)", "2.44 %", "yes". */
export function answerText(answer: AnswerRow["answer"], unit: string | null): string {
  if (typeof answer === "boolean") return answer ? "yes" : "no"
  const text = typeof answer === "number" ? numberText(answer) : answer
  if (unit === null) return text
  const isLarge = unit === "bytes" && typeof answer === "number" && answer >= 1e5
  return `${text} ${unit}${isLarge ? ` (${rounded(answer)})` : ""}`
}

const rounded = (bytes: number): string =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`

/** Whole numbers with their thousands apart, others with four digits that tell something. */
function numberText(value: number): string {
  if (!Number.isInteger(value)) return String(Number(value.toPrecision(4)))
  return Math.abs(value) < 1e21 ? String(value).replace(/\B(?=(?:\d{3})+$)/g, ",") : String(value)
}

function isText(cell: unknown): boolean {
  return typeof cell === "string" && cell.trim() !== ""
}

function isTextOrNull(cell: unknown): boolean {
  return cell === null || isText(cell)
}
