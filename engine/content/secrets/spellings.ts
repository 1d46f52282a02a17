// How a secret may be spelt where it shows: as it is, percent-encoded, escaped in JSON or a source, in base64. Pure.

/** One place of a spelling: the ways in which it may be written, each as the bytes of its UTF-8 in Latin-1. */
export type Place = ReadonlyArray<string>

export interface Spelling {
  /** For people: "as it is". */
  readonly called: string
  readonly places: ReadonlyArray<Place>
}

/** Characters of the shortest secret: text that is shorter occurs by chance, and masking it would hide such text everywhere. */
export const secretAtLeast = 4

/** Of a secret of several lines, such as a key file, each line of so many characters is looked for by itself. */
const lineAtLeast = 8

/** Without repetition; none of what is too short to be a secret. */
export function spellingsOf(secret: string): ReadonlyArray<Spelling> {
  const parts = new Set([secret.trim(), ...secret.split(/[\r\n]+/).flatMap(lineOf)])
  return [...parts]
    .filter((part) => part.length >= secretAtLeast)
    .flatMap((part) => [asText(part), ...[0, 1, 2].map((before) => asBase64(part, before))])
}

/** What frames a key is the same for all keys. */
const lineOf = (line: string): ReadonlyArray<string> => {
  const text = line.trim()
  return text.length < lineAtLeast || text.startsWith("-----") ? [] : [text]
}

const asText = (secret: string): Spelling => ({
  called: "as it is, percent-encoded or escaped",
  places: [...secret].map(waysOf),
})

const escapes: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  " ": "+", // in forms
}

/** Any mixture counts: an encoder decides for each character. */
function waysOf(character: string): Place {
  const bytes = Buffer.from(character)
  const percent = [...bytes].map((byte) => `%${hex(byte, 2)}`).join("")
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
  const unicode = units.map((unit) => `\\u${hex(unit, 4)}`)
  return [
    ...new Set([
      bytes.toString("latin1"),
      ...[percent, percent.toUpperCase()],
      ...[unicode, unicode.map((unit) => `\\u${unit.slice(2).toUpperCase()}`)].map((each) => each.join("")),
      ...(bytes.length === 1 ? [`\\x${hex(bytes[0]!, 2)}`, `\\x${hex(bytes[0]!, 2).toUpperCase()}`] : []),
      ...(escapes[character] === undefined ? [] : [escapes[character]]),
      ...("\"'`\\/$".includes(character) ? [`\\${character}`] : []),
    ]),
  ]
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0")

/** Base64 is broken into lines by some who write it, but not at its very start. */
const unbroken = 4
const breaks = ["", "\n", "\r\n", "\\n"]

/** @param before bytes that stand before the secret in what was encoded, modulo 3: only what the secret alone decides is looked for */
function asBase64(secret: string, before: number): Spelling {
  const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)])
  const own = encoded
    .toString("base64")
    .slice(Math.ceil((before * 8) / 6), Math.floor((encoded.length * 8) / 6))
  return {
    called: "in base64",
    places: [...own].map((letter, at) => {
      const ways = [letter, ...(alsoAs[letter] ?? [])]
      return at < unbroken ? ways : breaks.flatMap((broken) => ways.map((way) => broken + way))
    }),
  }
}

/** In URLs, and where a slash is escaped. */
const alsoAs: Readonly<Record<string, ReadonlyArray<string>>> = {
  "+": ["-", "%2B", "%2b"],
  "/": ["_", "%2F", "%2f", "\\/"],
}
