// Patterns of paths: what they say for certain, and which names match the rest. Letter by letter, on every system; it looks at no disk.

export interface Glob {
  /** The folder that the pattern names for certain: `data` of `data/*.csv`; empty for a pattern that names none. */
  readonly base: string
  /** @param name relative to that folder, with slashes between */
  readonly matches: (name: string) => boolean
  /** Whether a name below a folder may match. */
  readonly mayHold: (folder: string) => boolean
}

/** What a pattern's braces may stand for at most. */
const mostAlternatives = 1000

/** @throws TypeError for what is no pattern, or has signs that are none here */
export function globOf(pattern: string): Glob {
  checkSigns(pattern)
  const certain = pattern.slice(0, pattern.search(/[*?{]/))
  const base = certain.slice(0, certain.lastIndexOf("/") + 1)
  const alternatives = expanded(pattern.slice(base.length)).map((each) => each.split("/"))
  if (alternatives.some((parts) => parts.some((part) => ["", ".", ".."].includes(part))))
    throw wrong(pattern, "an empty name, . or .. stands behind a sign that stands for several")
  const partsOf = alternatives.map((parts) => parts.map((part) => (part === "**" ? "**" : partOf(part))))
  const some = (name: string, isEnough: boolean): boolean =>
    partsOf.some((parts) => isMatch(parts, name.split("/"), isEnough))
  return {
    base: base.length > 1 ? base.slice(0, -1) : base,
    matches: (name) => some(name, false),
    mayHold: (folder) => some(folder, true),
  }
}

/** Any folders at any depth, or a name. */
type Part = "**" | RegExp

function checkSigns(pattern: string): void {
  const sign = /[[\]\\!()]/.exec(pattern)?.[0]
  if (sign === "\\") throw wrong(pattern, "folders are set apart with /, on Windows too")
  if (sign !== undefined)
    throw wrong(pattern, `${sign} is no sign of a pattern: these are *, **, ? and {a,b}`)
  if (!/[*?{]/.test(pattern))
    throw wrong(pattern, "it has none of *, **, ? and {a,b}: name one file or folder with file(…)")
  if (/[*?{]/.test(pattern) && pattern.endsWith("/"))
    throw wrong(pattern, "it ends in / and so matches no file")
}

const wrong = (pattern: string, reason: string): TypeError =>
  new TypeError(`files(${JSON.stringify(pattern)}): ${reason}`)

/** Every text that braces stand for, those within braces too. */
function expanded(pattern: string): ReadonlyArray<string> {
  const done: Array<string> = []
  const left = [pattern]
  for (let text = left.pop(); text !== undefined; text = left.pop()) {
    // The innermost first: it holds no other.
    const found = /\{([^{}]*)\}/.exec(text)
    if (found === null) {
      if (/[{}]/.test(text)) throw wrong(pattern, "its braces do not match")
      done.push(text)
    } else
      for (const choice of found[1]!.split(",").reverse())
        left.push(text.slice(0, found.index) + choice + text.slice(found.index + found[0].length))
    if (done.length + left.length > mostAlternatives)
      throw wrong(pattern, `its braces stand for more than ${mostAlternatives} patterns`)
  }
  return done
}

/** A name's pattern: what begins with a dot is hidden, and is not meant unless it is said. */
function partOf(part: string): RegExp {
  const signs = part.replace(/\*+|\?|[^*?]+/g, (piece) =>
    piece.startsWith("*") ? ".*" : piece === "?" ? "." : piece.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&"),
  )
  return new RegExp(`^${/^[*?]/.test(part) ? "(?!\\.)" : ""}${signs}$`, "su")
}

/** @param isEnough whether names that are a beginning of one that matches do */
function isMatch(parts: ReadonlyArray<Part>, names: ReadonlyArray<string>, isEnough: boolean): boolean {
  /** Which parts may come next. */
  let next = new Set([0])
  for (const name of names) {
    const after = new Set<number>()
    for (const at of withoutFolders(parts, next)) {
      const part = parts[at]
      if (part === "**" ? !name.startsWith(".") : part?.test(name) === true)
        after.add(part === "**" ? at : at + 1)
    }
    next = after
  }
  if (isEnough) return [...withoutFolders(parts, next)].some((at) => at < parts.length)
  // What ends in `**` matches every file below.
  return [...next].some((at) => at === parts.length || (at === parts.length - 1 && parts[at] === "**"))
}

/** `**` stands for no folder, too. */
function withoutFolders(parts: ReadonlyArray<Part>, next: ReadonlySet<number>): ReadonlySet<number> {
  const all = new Set(next)
  for (const at of all) if (parts[at] === "**") all.add(at + 1)
  return all
}
