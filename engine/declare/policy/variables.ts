// Which variables of the environment a stage may declare, as values that are in its key or as secrets. Pure; it reads none.
import { valueText } from "../value-text.ts"

/** What a stage says of variables. */
export interface Variables {
  readonly environment?: unknown
  readonly secrets?: unknown
  readonly inProcess?: boolean | undefined
}

/** The same in every task: there is nothing to declare. */
const fixed: ReadonlySet<string> = new Set(["TZ", "LANG", "LC_ALL", "TMPDIR", "TMP", "TEMP"])

/** @returns what is wrong with the names that a stage declares, for people; undefined if nothing is */
export function wrongVariables({ environment = [], secrets = [], inProcess }: Variables): string | undefined {
  const wrong = wrongNames("environment", environment) ?? wrongNames("secrets", secrets)
  if (wrong !== undefined) return wrong
  const [names, hidden] = [environment, secrets] as ReadonlyArray<ReadonlyArray<string>>
  const both = names!.find((name) => hidden!.includes(name))
  if (both !== undefined)
    return `${both} is in its environment and its secrets: a value in a key is no secret, so declare it as one of them`
  const own = names!.find((name) => fixed.has(name.toUpperCase()))
  if (own !== undefined)
    return `its environment names ${own}, which is the same in every task: take what you need from a variable of another name, such as ${own}_NAME`
  return inProcess === true && hidden!.length > 0
    ? "it runs in the coordinator (inProcess), where nothing it does is masked: leave that out, or its secrets"
    : undefined
}

function wrongNames(what: string, names: unknown): string | undefined {
  if (!Array.isArray(names))
    return `its ${what} are names of variables, ${what}: ["NAME"], not ${valueText(names)}`
  const strange = names.find((name) => typeof name !== "string" || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
  if (strange !== undefined)
    return `its ${what} have ${valueText(strange)}, which is no name of a variable, such as "MODEL_HOME"`
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  return twice === undefined ? undefined : `its ${what} name ${twice} twice`
}
