// What to write where what is wired does not fit a role: the role as it would be declared, or other wiring. Texts for people; pure.
import { accepts, baseOf } from "../content/kind.ts"
import { arityOf, kindOf, type Role, type Roles } from "../declare/roles.ts"
import { type AnyStage, nameOfFile, type Output } from "../declare/task.ts"

/** An output of which more may be known than its kind. */
export type Wired = Pick<Output<string>, "kind"> & Partial<Pick<Output<string>, "name" | "source">>

/** A role as it is declared, for what is of a kind: `many("csv")`. */
const roleOf = (role: Role, kind: string): string => {
  const arity = arityOf(role)
  return arity === "one" ? `"${kind}"` : `${arity}("${kind}")`
}

/** Of what is of another kind than a role takes: where it is from, and what would fit. */
export function otherKind({ stageName, definition }: AnyStage, role: string, output: Wired): string {
  const declared = (definition.inputs as Roles)[role]!
  const wanted = kindOf(declared)
  const { name, source } = output
  const remedy = `declare ${role}: ${roleOf(declared, output.kind)} in ${stageName}`
  if (source?._tag === "File") {
    const path = JSON.stringify(source.path)
    const call = source.isPattern === true ? `files(${path}, "${wanted}")` : `file(${path}, "${wanted}")`
    return `, as ${nameOfFile(source)} is wired: ${remedy}${mayBeReadAs(wanted, output.kind) ? `, or wire it as ${call}` : ""}`
  }
  if (source?._tag === "Item" && source.locked === undefined) {
    const folder = `of kind "folder:${wanted}"`
    const other = source.from === undefined ? `files(…, "folder:${wanted}")` : `an output ${folder}`
    return `, as the folder's file ${name} is by its name: ${remedy}${mayBeReadAs(wanted, output.kind) ? `, or map over a folder whose files are such: ${other}` : ""}`
  }
  if (source?._tag === "Task") {
    const { stage } = source
    const fitting = Object.entries(stage.definition.outputs as Readonly<Record<string, string>>)
      .filter(([, kind]) => accepts(wanted, kind))
      .map(([other]) => `"${other}"`)
    const fits = fitting.length === 0 ? "" : `, or wire what fits, ${fitting.join(" or ")}`
    return `, which is what ${stage.stageName} gives as "${name}": ${remedy}${fits}`
  }
  return `: ${remedy}`
}

/** Kinds whose bytes only a stage writes. */
const onlyGiven = new Set(["table", "metrics", "chart"])

/** Whether the bytes of a file of one kind may as well be taken for another. */
function mayBeReadAs(wanted: string, kind: string): boolean {
  const [base, given] = [baseOf(wanted), baseOf(kind)]
  if (base === "folder" || given === "folder") return base === given
  return base === "value" || base === "json" ? given === "json" : !onlyGiven.has(base)
}

/** Of what is wired into a role that takes another number of artifacts: what it takes, and what would fit. */
export function otherNumber(
  { stageName, definition }: AnyStage,
  role: string,
  wire: { readonly group: string } | { readonly names: ReadonlyArray<string> } | "one" | "none",
): string {
  const declared = (definition.inputs as Roles)[role]!
  const [arity, kind] = [arityOf(declared), kindOf(declared)]
  const takes = `${stageName} takes ${taken[arity]} as "${role}"`
  if (wire === "none") return `${takes}: wire an output of kind ${kind}, ${stageName}(…, { ${role}: … })`
  if (wire === "one")
    return arity === "many"
      ? `${takes}, not one: give it a name, { ${role}: { name: output } }, or declare ${role}: "${kind}"`
      : `${takes}, not one artifact: wire what each(…) gives, or declare ${role}: "${kind}"`
  if ("group" in wire)
    return `${takes}, not what the group ${wire.group} gives: declare the role many, group or settled, such as ${role}: group("${kind}"), or take one in the body of an each over that`
  return arity === "one" || arity === "optional"
    ? `${takes}, not several under names: wire one of them (${wire.names.join(", ")}), or declare ${role}: many("${kind}")`
    : `${takes}, not artifacts under names: wire what each(…) gives, or declare ${role}: many("${kind}")`
}

/** What roles take, by their arity. */
export const taken: Readonly<Record<ReturnType<typeof arityOf>, string>> = {
  one: "one artifact",
  optional: "one artifact",
  many: "artifacts under names",
  group: "what a group gives",
  settled: "what a group gives",
}
