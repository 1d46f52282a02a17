// What `--policy STAGE.name=value` says. It knows no task.
import { isTextField, type Policies, type Policy, wrongField, wrongStage } from "../declare/policy/policy.ts"
import { badUsage } from "./failures.ts"

/**
 * The last counts of what is said twice.
 *
 * @param stages those that there are
 * @throws Refusal with a suggestion for a wrong stage or name, and what was wanted for a wrong value
 */
export function policiesGiven(texts: ReadonlyArray<string>, stages: ReadonlyArray<string>): Policies {
  const policies: Record<string, Policy> = {}
  for (const text of texts) {
    const [, stage, name, value] = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(text) ?? []
    if (stage === undefined || name === undefined || value === undefined)
      throw badUsage(`--policy ${text}: write it as STAGE.name=value, such as --policy train.timeout=3600`)
    const read = isTextField(name) ? value : numberOf(value)
    const wrong = wrongStage({ [stage]: {} }, stages) ?? wrongField(name, read)
    if (wrong !== undefined) throw badUsage(`--policy ${text}: ${wrong}`)
    policies[stage] = withField(policies[stage] ?? {}, name.split("."), read)
  }
  return policies
}

/** What was said of other fields stays, also of those that lie in the same. */
function withField(policy: Policy, path: ReadonlyArray<string>, value: number | string): Policy {
  const [outer, inner] = path as [keyof Policy, string | undefined]
  if (inner === undefined) return { ...policy, [outer]: value }
  return { ...policy, [outer]: { ...(policy[outer] as object | undefined), [inner]: value } }
}

/** The text itself where it is no number: whoever wants one refuses it as it stands. */
const numberOf = (text: string): number | string =>
  text === "Infinity" || /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text
