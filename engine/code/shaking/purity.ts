// Which expressions the bundler takes for free of effects by itself, so that an unused binding of one goes without our help.
import { type AnyNode, isFunction } from "./syntax.ts"

/** In doubt not: what is called impure is wrapped, which changes nothing but that it can go. */
export function isPlain(node: AnyNode): boolean {
  if (isFunction(node)) return true
  switch (node.type) {
    case "Literal":
      return true
    case "TemplateLiteral":
      return node.expressions.length === 0
    case "UnaryExpression":
      return (
        node.operator === "-" && node.argument.type === "Literal" && typeof node.argument.value === "number"
      )
    case "ArrayExpression":
      return node.elements.every((each) => each !== null && isPlain(each))
    case "ObjectExpression":
      return node.properties.every(
        (each) => each.type === "Property" && each.kind === "init" && !each.computed && isPlain(each.value),
      )
    case "ClassExpression":
    case "ClassDeclaration":
      return !node.superClass && node.body.body.every(isPlainMember)
    default:
      return false
  }
}

const isPlainMember = (member: AnyNode): boolean =>
  (member.type === "MethodDefinition" && !member.computed) ||
  (member.type === "PropertyDefinition" && !member.computed && !member.static)
