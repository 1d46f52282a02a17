// Source Sans 3, the one typeface of the pictures: its bytes and how wide it sets a text; draws nothing itself.
//
// The files come from the npm package `source-sans`, found by Node's resolution from wherever this code lies
// (a bundle too, as long as the package can be resolved from its folder). No import names that package, so a
// digest of this code would not notice another font: the digests below do.

import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"

/** What CSS and resvg call it. */
export const FAMILY = "Source Sans 3"

/** The cuts in use, with the SHA-256 of their files in source-sans 3.52.0. */
const CUTS = {
  regular: {
    file: "source-sans/TTF/SourceSans3-Regular.ttf",
    sha256: "4644c81b86ec9caaa76b634889968ed3c4f4f52f054855933acc7c2b21e53b0f",
  },
  semibold: {
    file: "source-sans/TTF/SourceSans3-Semibold.ttf",
    sha256: "a3f4f8dcf343a8f24dc61951de93f3ba1558b15cd250ba24af8a40e957081b7d",
  },
} as const

type Cut = keyof typeof CUTS

export interface Typeface {
  /** The TTF files, for a renderer. */
  readonly files: ReadonlyArray<Uint8Array>
  /** Width of one line of text in the unit of `size`, without kerning, as a sum of the glyphs' advances. */
  readonly width: (text: string, size: number, cut: Cut) => number
}

export class TypefaceError extends Error {
  readonly _tag = "TypefaceError"

  constructor(message: string) {
    super(message)
    this.name = "TypefaceError"
  }
}

/**
 * Reads the fonts.
 *
 * @throws TypefaceError when a file is missing or is not the one that the pictures are made with
 */
export const loadTypeface = (): Typeface => {
  const regular = read("regular")
  const semibold = read("semibold")
  const advances = { regular: advanceOf(regular), semibold: advanceOf(semibold) }
  return {
    files: [regular, semibold],
    width: (text, size, cut) => {
      let units = 0
      for (const character of text) units += advances[cut](character.codePointAt(0)!)
      return units * size
    },
  }
}

const read = (cut: Cut): Uint8Array => {
  const { file, sha256 } = CUTS[cut]
  let bytes: Uint8Array
  try {
    bytes = readFileSync(createRequire(import.meta.url).resolve(file))
  } catch (cause) {
    throw new TypefaceError(
      `cannot read the font ${file}: ${(cause as Error).message}; install the packages again`,
    )
  }
  const found = createHash("sha256").update(bytes).digest("hex")
  if (found !== sha256) {
    throw new TypefaceError(
      `the font ${file} has SHA-256 ${found}, the pictures are made with ${sha256}: install source-sans 3.52.0`,
    )
  }
  return bytes
}

/** The advance of a code point, as a share of the em; a missing glyph counts as `.notdef`, as in a renderer. */
const advanceOf = (font: Uint8Array): ((codePoint: number) => number) => {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength)
  const unitsPerEm = view.getUint16(table(view, "head") + 18)
  const metrics = view.getUint16(table(view, "hhea") + 34)
  const hmtx = table(view, "hmtx")
  const glyph = glyphOf(view, table(view, "cmap"))
  return (codePoint) => {
    const index = glyph(codePoint)
    return view.getUint16(hmtx + 4 * (index < metrics ? index : metrics - 1)) / unitsPerEm
  }
}

/** Offset of a table (OpenType 1.9, "Table directory"). */
const table = (view: DataView, tag: string): number => {
  const count = view.getUint16(4)
  for (let at = 12; at < 12 + 16 * count; at += 16) {
    const name = String.fromCharCode(
      view.getUint8(at),
      view.getUint8(at + 1),
      view.getUint8(at + 2),
      view.getUint8(at + 3),
    )
    if (name === tag) return view.getUint32(at + 8)
  }
  throw new TypefaceError(`the font has no table ${tag}`)
}

/** Code point → glyph by the segmented coverage of subtable format 12 (OpenType 1.9, "cmap"). */
const glyphOf = (view: DataView, cmap: number): ((codePoint: number) => number) => {
  const subtables = view.getUint16(cmap + 2)
  for (let at = 0; at < subtables; at += 1) {
    const start = cmap + view.getUint32(cmap + 4 + 8 * at + 4)
    if (view.getUint16(start) !== 12) continue
    const groups = view.getUint32(start + 12)
    return (codePoint) => {
      for (let group = start + 16; group < start + 16 + 12 * groups; group += 12) {
        const first = view.getUint32(group)
        if (codePoint >= first && codePoint <= view.getUint32(group + 4)) {
          return view.getUint32(group + 8) + codePoint - first
        }
      }
      return 0
    }
  }
  throw new TypefaceError("the font has no character map of format 12")
}
