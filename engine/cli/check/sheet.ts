// The questions of an experiment as a page for a class, in Markdown: its params, no answer and nothing that leads to one.
import type { ParamDoc } from "../../declare/params.ts"
import type { Asked } from "./find.ts"

export interface Sheet {
  readonly experiment: string
  readonly doc: string
  /** As they are set, by name. */
  readonly params: Readonly<Record<string, unknown>>
  readonly paramDocs: ReadonlyArray<ParamDoc>
  readonly questions: ReadonlyArray<Asked>
  /** What `--set` was given. */
  readonly set: ReadonlyArray<string>
  /** How the program is called here. */
  readonly program: string
}

/** What a program is told of a question. */
export const questionFields = ({ number, text, unit, isOpen }: Asked) => ({
  number,
  question: text,
  unit,
  open: isOpen,
})

export function sheet({ experiment, doc, params, paramDocs, questions, set, program }: Sheet): string {
  const given = paramDocs.map(
    ({ name, doc }) => `| ${cell(name)} | ${cell(textOf(params[name]))} | ${cell(doc)} |`,
  )
  const asked = questions.map(
    (question) => `${question.number}. ${line(question.text)}${wantedText(question)}`,
  )
  const call = [
    program,
    "check",
    "--exp",
    experiment,
    ...set.flatMap((each) => ["--set", quoted(each)]),
  ].join(" ")
  const first = questions.find(({ isOpen }) => !isOpen)
  return [
    `# ${line(experiment)}`,
    ...(doc === "" ? [] : [`${line(doc)}.`]),
    ...(given.length === 0 ? [] : [["| given | | |", "| --- | --- | --- |", ...given].join("\n")]),
    asked.join("\n"),
    ...(first === undefined
      ? []
      : ["An answer is checked by the number of its question:", `    ${call} '${first.number}=…'`]),
  ].join("\n\n")
}

function wantedText({ unit, isOpen }: Asked): string {
  if (isOpen) return " (in words)"
  if (unit === null) return ""
  return unit === "×" ? " (as a multiple)" : ` (in ${line(unit)})`
}

const textOf = (value: unknown): string =>
  typeof value === "string"
    ? value
    : Array.isArray(value)
      ? value.map(textOf).join(", ")
      : JSON.stringify(value)

const line = (text: string): string => text.replace(/\s+/g, " ")

const cell = (text: string): string => line(text).replaceAll("|", "\\|")

/** For a shell, where it needs that. */
const quoted = (text: string): string =>
  /^[\w.,=:/+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
