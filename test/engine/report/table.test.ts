import fc from "fast-check"
import t from "tap"
import { textTable } from "../../../engine/report/readers/table.ts"

const word = fc.stringMatching(/^[a-z]{1,12}$/)
const sentence = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(" "))

t.test("a sentence longer than a column goes on in the next line, and no word is lost", async () => {
  fc.assert(
    fc.property(fc.array(sentence, { minLength: 1, maxLength: 5 }), (sentences) => {
      const lines = textTable(
        sentences.map((why, row) => ({ row: `r${row}`, why })),
        "",
        20,
      ).split("\n")
      const column = lines.slice(2).map((line) => line.slice(5))
      return (
        column.every((text) => text.length <= 20) &&
        column.join(" ") === sentences.join(" ") &&
        lines.filter((line) => /^r\d/.test(line)).length === sentences.length
      )
    }),
  )
})

t.test("without a width nothing is broken, such as a path with blanks", async (t) => {
  const path = `/a folder/${"long ".repeat(40)}end`
  t.match(textTable([{ path }]), path)
})
