// Where a program finds what it is given and leaves what it gives: paths relative to the folder that it runs in, by roles and names
// alone. Pure.
import { distinctFileNames, safeFileName } from "../../content/file-name.ts"
import { type ByRole, type Given, isGroupOf } from "../../content/given.ts"
import { baseOf, isFolder, isOnDisk } from "../../content/kind.ts"
import { arityOf, type Roles } from "../../declare/roles.ts"
import type { Outputs } from "../../declare/run-context.ts"
import type { OutputRecord } from "../../ledger/records.ts"

/** Endings by which programs tell what is in a file. */
const endings: Readonly<Record<string, string>> = {
  ...{ table: "csv", csv: "csv", text: "txt", document: "html", svg: "svg" },
  ...{ value: "json", json: "json", chart: "json", metrics: "json" },
}

/** A kind's own, or of files what refines the kind: `file:parquet` is `.parquet`. */
function endingOf(kind: string): string {
  const [base, refined = ""] = [baseOf(kind), kind.split(":").at(-1)]
  if (!isOnDisk(kind) && base in endings) return endings[base]!
  const isNamed = kind.includes(":") && !isFolder(kind) && /^[a-z0-9]{1,12}$/i.test(refined)
  return isNamed ? refined : ""
}

const pathAt = (folder: string, name: string, kind: string): string => {
  const ending = endingOf(kind)
  return `${folder}/${safeFileName(name, ending)}${ending === "" || safeFileName(name, ending).endsWith(`.${ending}`) ? "" : `.${ending}`}`
}

/** By name. */
export const outputPaths = (outputs: Outputs): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(outputs).map(([name, kind]) => [name, pathAt("outputs", name, kind)]))

/** @param isOne whether a role is given one thing */
export function inputPaths(
  inputs: ByRole<OutputRecord>,
  isOne: (given: Given<OutputRecord>) => given is OutputRecord,
): ByRole<string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([role, given]) => [role, pathsOf(role, given, isOne)] as const),
  )
}

function pathsOf(
  role: string,
  given: Given<OutputRecord>,
  isOne: (given: Given<OutputRecord>) => given is OutputRecord,
): Given<string> {
  if (isOne(given)) return pathAt("inputs", role, given.kind)
  const folder = `inputs/${safeFileName(role)}`
  const named: ReadonlyArray<readonly [string, OutputRecord]> = isGroupOf(given)
    ? given.group.map(([, name, record]) => [name, record])
    : Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1)) // as the key sorts them
  const files = distinctFileNames(named.map(([name, { kind }]) => ({ name, extension: endingOf(kind) })))
  const paths = files.map((name) => `${folder}/${name}`)
  if (!isGroupOf(given)) return Object.fromEntries(named.map(([name], i) => [name, paths[i]!]))
  const group = given.group.map(([item, name], i) => [item, name, paths[i]!] as const)
  return { group, ...(given.failed === undefined ? {} : { failed: given.failed }) }
}

/** As a declaration's `command` is given them: by role a path, paths by name, or those of a group. */
export const shownPaths = (paths: ByRole<string>, roles: Roles): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(paths).map(([role, given]) => [role, shown(given, arityOf(roles[role]!) === "settled")]),
  )

function shown(given: Given<string>, isSettled: boolean): unknown {
  if (typeof given === "string" || !isGroupOf(given)) return given
  const entries = given.group.map(([item, name, path]) => ({ item, name, path }))
  return isSettled ? { succeeded: entries, failed: given.failed ?? [] } : entries
}
