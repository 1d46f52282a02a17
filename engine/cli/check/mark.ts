// Whether a value that a person typed is a question's answer, and what may be said of one that is not. Pure.
import type { AnswerRow, Question } from "../../content/answers.ts"
import {
  difference,
  isAtMost,
  isEqual,
  ofNumber,
  product,
  type Rational,
  rational,
  size,
} from "./rational.ts"
import { numbersIn, plain, type TypedNumber } from "./typed.ts"
import { byteUnits, factorOf } from "./units.ts"

export interface Mark {
  /** `coarse`: right as far as it goes, with fewer digits than tell anything; `open`: for a reader to compare. */
  readonly verdict: "right" | "wrong" | "coarse" | "open"
  /** What may be said of it, without its answer. */
  readonly notes: ReadonlyArray<string>
}

/** A value that cannot be read as an answer to its question: what to type instead. */
export class UnreadableAnswer extends Error {
  readonly _tag = "UnreadableAnswer"
}

/** Fewest digits that a rounded number has to show. */
const leastDigits = 2

/** @throws UnreadableAnswer for what is no value of the question's sort */
export function mark(question: Question, given: string): Mark {
  if (question.isOpen) return { verdict: "open", notes: [] }
  const wanted = wantedOf(question.answer)
  if (wanted._tag !== "Numbers") return textMark(question, given)
  const typed = typedFor(question, given)
  const verdict = verdictOf(typed, wanted.numbers, question.unit)
  return verdict === "wrong"
    ? { verdict, notes: notesOn(question, typed, wanted.numbers) }
    : { verdict, notes: coarseNote(verdict) }
}

const coarseNote = (verdict: "right" | "coarse"): ReadonlyArray<string> =>
  verdict === "right" ? [] : [`right as far as it goes: show at least ${leastDigits} digits`]

type Wanted =
  | { readonly _tag: "Numbers"; readonly numbers: ReadonlyArray<Rational> }
  | { readonly _tag: "Text"; readonly text: string }

function wantedOf(answer: AnswerRow["answer"]): Wanted {
  if (typeof answer === "number") return { _tag: "Numbers", numbers: [ofNumber(answer)] }
  const numbers = typeof answer === "string" ? numbersIn(answer) : undefined
  return numbers?.every(({ unit }) => unit === undefined) === true
    ? { _tag: "Numbers", numbers: numbers.map(({ value }) => value) }
    : { _tag: "Text", text: textOf(answer) }
}

/** Yes and no in whichever word, and text without its case, spaces and punctuation. */
function textOf(answer: AnswerRow["answer"]): string {
  const text = plain(String(answer)).toLowerCase()
  if (["true", "yes", "y"].includes(text)) return "yes"
  if (["false", "no", "n"].includes(text)) return "no"
  return text.replace(/[^\p{L}\p{N}]+/gu, " ").trim()
}

function textMark({ answer, mistakes }: Question, given: string): Mark {
  const text = textOf(given)
  if (typeof answer === "boolean" && text !== "yes" && text !== "no")
    throw new UnreadableAnswer(`"${given}" is neither yes nor no`)
  if (text === textOf(answer)) return { verdict: "right", notes: [] }
  return {
    verdict: "wrong",
    notes: mistakes.filter((known) => textOf(known.answer) === text).map(({ from }) => from),
  }
}

/** The numbers that were typed, whose units are those of the question. */
function typedFor(question: Question, given: string): ReadonlyArray<TypedNumber> {
  const typed = numbersIn(given)
  if (typed === undefined)
    throw new UnreadableAnswer(
      `"${given}" is no number: type it as 78, 2,352, 28x28, 12.6MB, 2.4%, 25/1024 or 1.26e7; a point is the decimal point`,
    )
  for (const { unit, text } of typed)
    if (unit !== undefined && !isFitting(question, unit))
      throw new UnreadableAnswer(`"${text}": "${unit}" is no unit of "${question.text}"${unitsOf(question)}`)
  return typed
}

const unitsOf = ({ unit }: Question): string =>
  unit === "bytes"
    ? `: bytes, ${byteUnits.join(", ")} are`
    : unit === null
      ? ": leave it out"
      : `: ${unit} is, or leave it out`

function isFitting({ unit, text, names }: Question, typed: string): boolean {
  const factor = factorOf(typed)
  if (factor !== undefined) return factor.of !== "bytes" || unit === "bytes"
  if (unit === "×") return ["x", "×", "times"].includes(typed.toLowerCase())
  const known = [unit ?? "", text, ...names].flatMap((each) => wordsOf(each))
  return wordsOf(typed).every((word) => known.includes(word)) || typed === unit
}

const wordsOf = (text: string): ReadonlyArray<string> =>
  textOf(text)
    .split(" ")
    .map((word) => word.replace(/(?<=\w{3})s$/, ""))

type Verdict = "right" | "coarse" | "wrong"

function verdictOf(
  typed: ReadonlyArray<TypedNumber>,
  wanted: ReadonlyArray<Rational>,
  unit: string | null,
): Verdict {
  if (typed.length !== wanted.length) return "wrong"
  const each = typed.map((number, at) => numberVerdict(number, wanted[at]!, unit))
  return (["wrong", "coarse"] as const).find((verdict) => each.includes(verdict)) ?? "right"
}

/** Within half of what the last digit counts: a number is rounded as its digits say. */
function numberVerdict(typed: TypedNumber, wanted: Rational, unit: string | null): Verdict {
  const verdicts = readings(typed, unit).map(({ value, step }): Verdict => {
    const exact = product(wanted, unitFactor(unit))
    const off = size(difference(value, exact))
    if (off.over === 0n) return "right"
    const allowed =
      step.over === 0n ? product(size(exact), rational(1n, 10n ** 12n)) : product(step, rational(1n, 2n))
    if (!isAtMost(off, allowed)) return "wrong"
    return typed.digits < leastDigits ? "coarse" : "right"
  })
  return (["right", "coarse"] as const).find((verdict) => verdicts.includes(verdict)) ?? "wrong"
}

const one = rational(1n)

const unitFactor = (unit: string | null): Rational => (unit === null ? one : (factorOf(unit)?.by ?? one))

interface Reading {
  readonly value: Rational
  readonly step: Rational
}

/** A number without a unit has that of the question; where percent are asked for it may be the share, too. */
function readings(
  { value, step, factor, unit: typedUnit }: TypedNumber,
  unit: string | null,
): ReadonlyArray<Reading> {
  const by = (factor: Rational): Reading => ({ value: product(value, factor), step: product(step, factor) })
  if (factor !== undefined)
    return [by(factor.of === "count" ? product(factor.by, unitFactor(unit)) : factor.by)]
  const own = by(unitFactor(unit))
  return typedUnit === undefined && unit !== null && factorOf(unit)?.of === "share" ? [own, by(one)] : [own]
}

/** What a wrong answer may come from: first what the experiment knows, then how it was typed. */
function notesOn(
  question: Question,
  typed: ReadonlyArray<TypedNumber>,
  wanted: ReadonlyArray<Rational>,
): ReadonlyArray<string> {
  const { unit, mistakes } = question
  const known = mistakes.filter(({ answer }) => {
    const numbers = wantedOf(answer)
    return numbers._tag === "Numbers" && verdictOf(typed, numbers.numbers, unit) === "right"
  })
  if (known.length > 0) return known.map(({ from }) => from)
  if (typed.length !== wanted.length)
    return [
      `${counted(wanted.length)} wanted, and this is read as ${typed.length}: ${typed.map(({ text }) => text).join("; ")}`,
    ]
  const isRight = (others: ReadonlyArray<TypedNumber>): boolean => verdictOf(others, wanted, unit) === "right"
  if (typed.length > 1 && isPermuted(typed, wanted))
    return ["the numbers are right, in another order: rows come before columns"]
  if (typed.some(isPointed) && isRight(typed.map(withoutPoint)))
    return ["a point is the decimal point: thousands are typed 2352 or 2,352"]
  return typed.length === 1 ? unitNotes(question, typed[0]!, wanted[0]!) : []
}

const counted = (count: number): string => (count === 1 ? "1 number is" : `${count} numbers are`)

const isPointed = ({ text }: TypedNumber): boolean => /^\d{1,3}(\.\d{3})+$/.test(text)

const withoutPoint = (typed: TypedNumber): TypedNumber =>
  isPointed(typed) ? numbersIn(typed.text.replaceAll(".", ""))![0]! : typed

function isPermuted(typed: ReadonlyArray<TypedNumber>, wanted: ReadonlyArray<Rational>): boolean {
  const left = [...wanted]
  for (const { value } of typed) {
    const at = left.findIndex((other) => isEqual(value, other))
    if (at < 0) return false
    left.splice(at, 1)
  }
  return true
}

/** Of one number: that a unit is missing or another, or that its last digit was cut. */
function unitNotes({ unit }: Question, typed: TypedNumber, wanted: Rational): ReadonlyArray<string> {
  const isRight = (other: TypedNumber): boolean => numberVerdict(other, wanted, unit) === "right"
  const inUnit = (name: string): boolean => isRight({ ...typed, unit: name, factor: factorOf(name) })
  if (typed.unit === undefined) {
    const meant = unit === "bytes" ? byteUnits : isAtMost(size(wanted), one) ? ["%"] : []
    if (meant.some(inUnit)) return ["without a unit it is read as it stands: is its unit left out?"]
  } else if (typed.factor?.of === "bytes") {
    const isSameLetter = (name: string): boolean => name[0]!.toLowerCase() === typed.unit![0]!.toLowerCase()
    if (byteUnits.some((name) => isSameLetter(name) && inUnit(name)))
      return ["kB, MB and GB count in thousands, KiB, MiB and GiB in 1,024s"]
  }
  const isRounded = typed.factor !== undefined || !isEqual(typed.step, one)
  return isRounded &&
    typed.digits > leastDigits &&
    isRight({ ...typed, step: product(typed.step, rational(2n)) })
    ? ["close: the last digit is not rounded right"]
    : []
}
