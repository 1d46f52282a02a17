// The variables that a stage declares, with what they hold: in the key, since a stage may give something else for another value.
import type { AnyStage } from "../declare/task.ts"
import type { Environment } from "./fingerprint.ts"

/** What a variable holds; null where it is not set. */
export type Variable = (name: string) => string | null

/** As this process has it. */
export const variableHere: Variable = (name) => process.env[name] ?? null

/** @returns undefined for a stage that declares none, whose key then says nothing of any */
export function declaredVariables(
  { definition: { environment: names = [] } }: Pick<AnyStage, "definition">,
  variable: Variable = variableHere,
): Environment | undefined {
  return names.length === 0
    ? undefined
    : Object.fromEntries([...names].sort().map((name) => [name, variable(name)]))
}
