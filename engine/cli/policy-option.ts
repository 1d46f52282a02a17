// What `--policy STAGE.name=value` says. It knows no task.
import { type Policies, wrongField, wrongStage } from "../declare/policy.ts"
import { badUsage } from "./failures.ts"

/**
 * The last counts of what is said twice.
 *
 * @param stages those that there are
 * @throws Refusal with a suggestion for a wrong stage or name, and what was wanted for a wrong value
 */
export function policiesGiven(texts: ReadonlyArray<string>, stages: ReadonlyArray<string>): Policies {
  const policies: Record<string, Record<string, number>> = {}
  for (const text of texts) {
    const [, stage, name, value] = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(text) ?? []
    if (stage === undefined || name === undefined || value === undefined)
      throw badUsage(`--policy ${text}: write it as STAGE.name=value, such as --policy train.timeout=3600`)
    const number = numberOf(value)
    const wrong = wrongStage({ [stage]: {} }, stages) ?? wrongField(name, number)
    if (wrong !== undefined) throw badUsage(`--policy ${text}: ${wrong}`)
    policies[stage] = { ...policies[stage], [name]: number as number }
  }
  return policies
}

/** The text itself where it is no number: whoever wants one refuses it as it stands. */
const numberOf = (text: string): number | string =>
  text === "Infinity" || /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text
