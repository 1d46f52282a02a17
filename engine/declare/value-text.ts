// A value as messages show it. Pure; it knows no schema.

/** Characters of a value that a message shows. */
const shown = 60

/** A value as a message shows it: JSON, or what JSON has no word for. */
export function valueText(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value)
  if (typeof value === "function") return "a function"
  if (Array.isArray(value) && value.length === 0) return "an empty list"
  let text: string
  try {
    text = JSON.stringify(value) ?? String(value)
  } catch {
    text = `a ${typeof value}`
  }
  return text.length > shown ? `${text.slice(0, shown - 1)}…` : text
}

/** A value as one would type it after `name=`. */
export const typedText = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(String).join(",")
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value)
