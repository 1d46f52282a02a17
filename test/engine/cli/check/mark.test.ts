// Answers as people type them: loose in how they are written, exact in what they mean.
import fc from "fast-check"
import t from "tap"
import { findQuestion } from "../../../../engine/cli/check/find.ts"
import { mark } from "../../../../engine/cli/check/mark.ts"
import {
  type AnswerDraft,
  answerRows,
  type Question,
  questionsOf,
} from "../../../../engine/content/answers.ts"
import { count } from "../../../counts.ts"

const question = (
  answer: AnswerDraft["answer"],
  further: Partial<Omit<AnswerDraft, "answer">> = {},
  mistakes: ReadonlyArray<readonly [AnswerDraft["answer"], string]> = [],
): Question => {
  const row = { question: "size", "how it follows": "so", ...further }
  const wrong = mistakes.map(([answer, mistake]) => ({ ...row, answer, mistake }))
  return questionsOf(answerRows([{ ...row, answer }, ...wrong]))[0]!
}

const verdicts = (asked: Question, ...typed: ReadonlyArray<string>): ReadonlyArray<string> =>
  typed.map((text) => mark(asked, text).verdict)

const all = (verdict: string, length: number): ReadonlyArray<string> => Array.from({ length }, () => verdict)

t.test("a whole number is right however its thousands stand apart, and no other number is", async () => {
  const write = [",", " ", "'", "_", "", "\u202f"].map(
    (apart) =>
      (n: number): string =>
        String(n).replace(/\B(?=(?:\d{3})+$)/g, apart),
  )
  fc.assert(
    fc.property(
      fc.maxSafeInteger(),
      fc.integer({ min: 1, max: 1000 }),
      fc.constantFrom(...write),
      (n, off, text) => {
        const asked = question(n)
        return mark(asked, text(n)).verdict === "right" && mark(asked, text(n - off)).verdict === "wrong"
      },
    ),
    { numRuns: count(200, 5000) },
  )
})

t.test("a rounded number is right as far as its digits go, and wrong one step further", async () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e12, noNaN: true }),
      fc.integer({ min: 2, max: 9 }),
      (value, digits) => {
        const text = value.toExponential(digits - 1)
        const [mantissa, exponent] = text.split("e") as [string, string]
        const further = `${(Number(mantissa) + 10 ** (1 - digits)).toFixed(digits - 1)}e${exponent}`
        const asked = question(value)
        return (
          mark(asked, text).verdict === "right" &&
          (Number(mantissa) >= 9.9 || mark(asked, further).verdict === "wrong")
        )
      },
    ),
    { numRuns: count(200, 5000) },
  )
})

t.test("sizes are right with any sign between them, in their order", async (t) => {
  const asked = question("28 × 30")
  const right = ["28x30", "28X30", "28×30", "28 x 30", " 28 * 30 ", "28 by 30", "28, 30", "28;30"]
  t.same(verdicts(asked, ...right), all("right", right.length))
  t.match(mark(asked, "30x28"), { verdict: "wrong", notes: [/another order/] })
  t.match(mark(asked, "28"), { verdict: "wrong", notes: [/2 numbers are wanted, and this is read as 1: 28/] })
  t.match(mark(asked, "280,300"), { verdict: "wrong", notes: [/read as 1/] }, "thousands, not two numbers")
})

t.test("bytes may be typed in any unit of size, rounded as its digits say", async (t) => {
  const asked = question(12_613_600, { unit: "bytes" })
  const right = [
    "12613600",
    "12,613,600 bytes",
    "12.6MB",
    "12.6 mb",
    "13 MB",
    "12613.6kB",
    "12.03 MiB",
    "1.26e7",
    "1.26 × 10⁷",
    "12.6M",
  ]
  t.same(verdicts(asked, ...right), all("right", right.length))
  const wrong = ["12.7MB", "12.03MB", "12.6 MiB", "12600000", "126 GB"]
  t.same(verdicts(asked, ...wrong), all("wrong", wrong.length))
  t.match(mark(asked, "12.03MB").notes, [/MiB/])
  t.match(mark(asked, "12.6").notes, [/unit left out/])
  t.equal(mark(asked, "0.01 GB").verdict, "coarse", "one digit tells too little")
})

t.test("a share is right as a decimal, in percent and as a fraction", async (t) => {
  for (const asked of [question(25 / 1024), question(2500 / 1024, { unit: "%" })]) {
    const right = ["2.44%", "2.44 percent", "0.0244", "25/1024", "25 / 1,024"]
    t.same(verdicts(asked, ...right), all("right", right.length))
    t.equal(mark(asked, "26/1024").verdict, "wrong")
    t.equal(mark(asked, "2%").verdict, "coarse")
  }
  t.match(mark(question(25 / 1024), "2.44").notes, [/unit left out/])
})

t.test("a point is the decimal point, and who meant thousands is told so", async (t) => {
  t.equal(mark(question(2.352), "2.352").verdict, "right")
  t.match(mark(question(2352), "2.352"), { verdict: "wrong", notes: [/decimal point/] })
})

t.test("a known mistake is told by what it comes from, and never one that is right by chance", async (t) => {
  const asked = question(78, {}, [
    [75, "the biases are left out"],
    [78, "by chance"],
  ])
  t.same(mark(asked, "75").notes, ["the biases are left out"])
  t.same(mark(asked, "78"), { verdict: "right", notes: [] })
  t.same(mark(asked, "77").notes, [])
})

t.test(
  "yes, no and text are compared without case and punctuation; words are left to a reader",
  async (t) => {
    t.same(verdicts(question(true), "yes", "TRUE", "n"), ["right", "right", "wrong"])
    t.same(verdicts(question("T-shirt/top"), "t shirt top", "shirt"), ["right", "wrong"])
    t.same(verdicts(question("whatever", { open: true }), "78"), ["open"])
    t.throws(() => mark(question(true), "maybe"), /neither yes nor no/)
  },
)

t.test("what is no answer to the question is refused, not marked", async (t) => {
  for (const text of ["many", "12 13x", "x", "1/0", "--3", "2 bananas", "12 GB"])
    t.throws(() => mark(question(78), text), /is no number|is no unit of/, text)
  t.equal(mark(question(78, { question: "parameters" }), "78 parameters").verdict, "right")
})

t.test(
  "a question is found by its number, its name or some of its words, if they are of no other",
  async (t) => {
    const texts = ["parameters", "parameters of conv1", "size of a feature map", "units"]
    const questions = texts.map((text, at) => ({
      ...question(1, { question: text, names: text === "units" ? "rows, places" : null }),
      number: at + 1,
    }))
    const found = (name: string): number => findQuestion(questions, name).number
    t.same(
      ["Parameters", "parameters-of conv1", "conv1", "feature map", "Feature-Maps", "feat", "row", "3"].map(
        found,
      ),
      [1, 2, 2, 3, 3, 3, 4, 3],
    )
    t.throws(() => found("param"), /several questions.*\n {2}1\. parameters\n {2}2\. parameters of conv1/)
    t.throws(() => found("parmeters"), /did you mean "parameters"/)
    t.throws(() => found("9"), /no question 9, but 1 to 4/)
  },
)

t.test(
  "answers without their columns, or with two right ones, are refused where they are made",
  async (t) => {
    const row = { question: "q", answer: 1, "how it follows": "so" }
    t.throws(() => answerRows([{ ...row, how: "so" }]), /row 0 of the answers has a column "how"/)
    t.throws(() => answerRows([{ question: "q", answer: 1 }]), /"how it follows" is undefined/)
    t.throws(() => answerRows([{ ...row, answer: Number.NaN }]), /"answer" is null/)
    t.throws(() => answerRows([row, { ...row, answer: 2 }]), /"q" has 2 answers that are no mistake/)
  },
)
