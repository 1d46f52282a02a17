// A stage's declaration as text: what it gives is made of all that it is given and all that it uses.
import type { Field, FormModel, Plain, Role, StageModel } from "./model.ts"
import { joined, type Writing } from "./write-binding.ts"

/** @param only the one form that is written, for what its tasks depend on */
export function stageText(stage: StageModel, writing: Writing, only: string | undefined): string {
  const { name, forms } = stage
  const names = Object.keys(forms)
  const hasForms = names[0] !== ""
  if (writing.isPlain) return `stage(${JSON.stringify(name)}, ${fieldsText(forms[only!]!, writing)})`
  const traits = [
    `doc: ${JSON.stringify(stage.doc)}`,
    `timeout: ${stage.timeout}`,
    `retries: ${stage.retries}`,
    ...(stage.isInProcess ? ["inProcess: true"] : []),
  ].join(", ")
  if (!hasForms) return `stage(${JSON.stringify(name)}, { ${traits}, ${fieldsText(forms[""]!, writing)} })`
  const texts = names.map((form) => `${form}: form({ ${fieldsText(forms[form]!, writing)} })`)
  return `stage(${JSON.stringify(name)}, { ${traits}, forms: {\n${texts.join(",\n")} } })`
}

function fieldsText(form: FormModel, writing: Writing): string {
  const roles = form.roles.map(({ name, kind }) => `${name}: ${roleText(kind)}`)
  return [
    `params: Schema.Struct({ ${form.fields.map(fieldText).join(", ")} })`,
    `inputs: { ${roles.join(", ")} }`,
    `outputs: { out: "value", list: "value", trace: "text" }`,
    form.isChain ? chainText(form, writing) : runText(form, writing),
  ].join(",\n  ")
}

const roleText = (kind: Role["kind"]): string =>
  kind === "value" || kind === "txt" || kind === "folder" ? `"${kind}"` : `${kind}("value")`

const runText = (
  { terms, values, refuses }: FormModel,
  writing: Writing,
): string => `run: ({ params, inputs }) => {
    const x = JSON.stringify([params, Object.entries(inputs).map(([role, given]) => [role, shown(given)])])
    const trace = ${joined(terms, "x", writing)}
    ${refuses ? `if (fold(trace) % 3 === 0) throw new Error("refused")\n    ` : ""}return results(fold(trace) % ${values}, params, trace)
  }`

/** The number of links is the param \`links\`; the others shape each link. */
const chainText = ({ terms, values }: FormModel, writing: Writing): string => `chain: {
    finishing: ["links"],
    length: ({ links }) => links,
    stops: () => false,
    isRecord: () => true,
    start: ({ params: { links, ...params }, inputs }) => ({ x: JSON.stringify([params, Object.entries(inputs).map(([role, given]) => [role, shown(given)])]) }),
    advance: (state, n) => {
      const x = state.x + n
      const trace = ${joined(terms, "x", writing)}
      state.x = String(fold(trace))
      return { value: fold(trace) % 100 }
    },
    save: ({ x }) => new TextEncoder().encode(x),
    restore: (state, saved) => { state.x = new TextDecoder().decode(saved) },
    finish: async ({ params }, { metrics, state }) => {
      const last = new TextDecoder().decode(await state(metrics.length))
      const trace = [last, JSON.stringify(params), JSON.stringify(metrics)].join("|")
      return results(fold(trace) % ${values}, params, trace)
    },
  }`

const types: Readonly<Record<Field["type"], string>> = {
  number: "Schema.Number",
  text: "Schema.String",
  list: "Schema.Array(Schema.Number)",
  record: "Schema.Record({ key: Schema.String, value: Schema.Number })",
  struct: "Schema.Struct({ low: Schema.Number, high: Schema.Number })",
}

const fieldText = ({ name, type, default: given }: Field): string =>
  given === undefined
    ? `${name}: ${types[type]}`
    : `${name}: Schema.optionalWith(${types[type]}, { default: () => (${plainText(given)}) })`

/** In the order in which its names are written. */
export const plainText = (value: Plain): string => JSON.stringify(value)
