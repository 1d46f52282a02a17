// Text from outside made safe to show: control characters as their codes, so that none moves a cursor, sets a title or
// turns what follows around. It knows nothing of where text is shown.

/** C0 but line feed and tab, DEL, C1, what sets the direction of writing, breaks of lines that no terminal counts. */
const controls =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]|\p{Surrogate}/gu

/** As JSON writes them, too, where JSON leaves them as they are: JSON that passes here stays the same JSON. */
const code = (character: string): string => {
  const number = character.charCodeAt(0)
  return number < 0x20 ? `\\x${hex(number, 2)}` : `\\u${hex(number, 4)}`
}

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, "0")

/** Lines stay lines. What has passed once passes unchanged. */
export const visible = (text: string): string => text.replaceAll("\r\n", "\n").replace(controls, code)

/** For what stands within a line: a cell, a value. */
export const visibleInLine = (text: string): string =>
  visible(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t")

/** Two columns of a terminal each: East Asian wide forms and pictographs. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u
/** None: marks upon the letter before, and formats. */
const narrow = /[\p{Mn}\p{Me}\p{Cf}]/u

const widthOf = (character: string): number => {
  if (character <= "~") return 1
  return narrow.test(character) ? 0 : wide.test(character) ? 2 : 1
}

const isPlain = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

/** @param text that is visible, one line. @returns columns of a terminal */
export function shownWidth(text: string): number {
  if (isPlain(text)) return text.length
  let width = 0
  for (const character of text) width += widthOf(character)
  return width
}

/** Padded at its end to so many columns. */
export const padEnd = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - shownWidth(text)))

/** Padded at its start. */
export const padStart = (text: string, width: number): string =>
  " ".repeat(Math.max(0, width - shownWidth(text))) + text

/** As much of a line as fits into so many columns. */
export function fitted(text: string, columns: number): string {
  if (isPlain(text)) return text.slice(0, columns)
  let [width, end] = [0, 0]
  for (const character of text) {
    width += widthOf(character)
    if (width > columns) break
    end += character.length
  }
  return text.slice(0, end)
}
