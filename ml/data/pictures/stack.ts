// Pictures of one size as one array; decodes them one after the other, and names the file that does not fit.
import { decodePicture } from "./decode-picture.ts"
import { type Colour, formOf, type Picture, PictureError } from "./picture.ts"
import { centred, inColour, inGrey, resized } from "./reshape.ts"

export interface Looks {
  /** `as stored` keeps what the files are, which must then all be grey or all in colour. */
  readonly colour: "as stored" | "grey" | "rgb"
  /** What to make of their sizes; null keeps them, which must then all be the same. */
  readonly size: {
    readonly height: number
    readonly width: number
    /** `centre` cuts to the shape first; `stretch` changes the proportions. */
    readonly fit: "centre" | "stretch"
  } | null
  /** What shows through where a PNG is transparent; null refuses such pictures. */
  readonly background: Colour | null
}

/** Takes pictures in one by one. */
export class Stack {
  readonly #looks: Looks
  readonly #count: number
  #first: { readonly path: string; readonly picture: Picture } | undefined
  #data = new Uint8Array()
  #held = 0

  /** @param count how many there will be */
  constructor(looks: Looks, count: number) {
    this.#looks = looks
    this.#count = count
  }

  /** @throws PictureError naming the file, and the first one where both do not fit together */
  async add(path: string, bytes: Uint8Array): Promise<void> {
    const picture = await this.#made(path, bytes)
    this.#first ??= { path, picture }
    const { height, width, channels } = this.#first.picture
    if (this.#held === 0) this.#data = new Uint8Array(this.#count * picture.data.length)
    if (picture.channels !== channels)
      throw new PictureError(
        `${path} is ${colourOf(picture)}, and ${this.#first.path} is ${colourOf(this.#first.picture)}: say with colour which all shall be, "rgb" or "grey"`,
      )
    if (picture.height !== height || picture.width !== width)
      throw new PictureError(
        `${path} has ${formOf(picture)}, and ${this.#first.path} has ${formOf(this.#first.picture)}: all need one size; say with size which, such as { height: ${height}, width: ${width} }`,
      )
    this.#data.set(picture.data, this.#held * picture.data.length)
    this.#held += 1
  }

  /** `[count, height, width, channels]` and its bytes. */
  array(): { readonly shape: readonly [number, number, number, number]; readonly data: Uint8Array } {
    if (this.#first === undefined || this.#held < this.#count)
      throw new RangeError(`${this.#held} of ${this.#count} pictures were added`)
    const { height, width, channels } = this.#first.picture
    return { shape: [this.#held, height, width, channels], data: this.#data }
  }

  async #made(path: string, bytes: Uint8Array): Promise<Picture> {
    const { colour, size, background } = this.#looks
    const decoded = await named(path, () => decodePicture(bytes, background))
    const coloured = colour === "rgb" ? inColour(decoded) : colour === "grey" ? inGrey(decoded) : decoded
    if (size === null) return coloured
    const { height, width, fit } = size
    return resized(fit === "centre" ? centred(coloured, [height, width]) : coloured, [height, width])
  }
}

const colourOf = ({ channels }: Picture): string => (channels === 1 ? "grey" : "in colour")

async function named<A>(path: string, work: () => Promise<A>): Promise<A> {
  try {
    return await work()
  } catch (failure) {
    if (failure instanceof PictureError) throw new PictureError(`${path}: ${failure.message}`)
    throw failure
  }
}
