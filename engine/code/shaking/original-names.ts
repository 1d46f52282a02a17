// What a source map says that names were called where they were written. Reads its mappings; knows no code.

/** Place in the text → the author's name, for what is called otherwise in it. */
export function originalNames(map: string, text: string): ReadonlyMap<number, string> {
  const { mappings, names } = JSON.parse(map) as {
    readonly mappings: string
    readonly names: ReadonlyArray<string>
  }
  const found = new Map<number, string>()
  if (names.length === 0) return found
  let name = 0
  let start = 0
  for (const line of mappings.split(";")) {
    let column = 0
    for (const segment of line.split(",")) {
      const [moved, , , , named] = numbersIn(segment)
      column += moved ?? 0
      if (named === undefined) continue
      name += named
      found.set(start + column, names[name]!)
    }
    start = text.indexOf("\n", start) + 1
  }
  return found
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

/** Variable-length quantities, five bits a digit, the sign in the lowest bit. */
function numbersIn(segment: string): ReadonlyArray<number> {
  const numbers: Array<number> = []
  let value = 0
  let shift = 0
  for (const digit of segment) {
    const bits = digits.indexOf(digit)
    value |= (bits & 31) << shift
    shift += 5
    if ((bits & 32) !== 0) continue
    numbers.push((value & 1) === 1 ? -(value >> 1) : value >> 1)
    value = 0
    shift = 0
  }
  return numbers
}
