// PNG files, decoded: grey, in colour or by palette, of any depth, transparent ones upon a colour. It knows nothing of folders.
// https://www.w3.org/TR/png-3/
import type { DecodedPng } from "fast-png"
import { type Colour, type Picture, PictureError } from "./picture.ts"
import { checkPngLength, pngHeader } from "./png-chunks.ts"

/**
 * Decodes a PNG file; every byte follows from the file, whatever the machine. Of 16 bits the nearest 8 are kept. A palette
 * becomes colours. Gamma and colour profiles are left alone.
 *
 * @param background what shows through where the picture is transparent; null refuses such pictures
 * @throws PictureError when the file is cut off, damaged, or transparent with no background given
 */
export async function decodePng(bytes: Uint8Array, background: Colour | null): Promise<Picture> {
  const header = pngHeader(bytes)
  if (header.isInterlaced && header.depth < 8)
    throw new PictureError(
      `an interlaced PNG of ${header.depth} bits a pixel is not read here: save it without interlacing`,
    )
  const png = await whole(bytes)
  await checkPngLength(bytes, header)
  const values = valuesOf(png)
  return isTransparent(values) ? upon(values, background) : opaque(values)
}

/** Grey, grey and alpha, RGB or RGB and alpha, each of 0 to 255. */
interface Values {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly data: Uint8Array
}

async function whole(bytes: Uint8Array): Promise<DecodedPng> {
  const { decode } = await import("fast-png")
  try {
    return decode(bytes, { checkCrc: true })
  } catch (failure) {
    const { message } =
      (failure as Error).cause instanceof Error ? ((failure as Error).cause as Error) : (failure as Error)
    throw new PictureError(
      `the PNG is cut off or damaged (${message}): fetch or save it again, or take it out`,
    )
  }
}

function valuesOf(png: DecodedPng): Values {
  const { height, width, channels, depth, palette, transparency } = png
  if (palette !== undefined && channels === 1) return fromPalette(png, palette)
  const most = 2 ** depth - 1
  const raw = depth < 8 ? unpacked(png) : png.data
  const data = Uint8Array.from(raw, (value) => Math.floor((value * 510 + most) / (2 * most)))
  const grey = { height, width, channels, data }
  return transparency === undefined ? grey : withKey(grey, raw, transparency)
}

function fromPalette(png: DecodedPng, palette: ReadonlyArray<ReadonlyArray<number>>): Values {
  const { height, width } = png
  const indices = png.depth < 8 ? unpacked(png) : png.data
  const channels = palette[0]?.length ?? 3
  const data = new Uint8Array(height * width * channels)
  for (let at = 0; at < indices.length; at++) {
    const colour = palette[indices[at]!]
    if (colour === undefined)
      throw new PictureError(
        `the PNG is damaged: pixel ${at} takes colour ${indices[at]} of a palette of ${palette.length}`,
      )
    data.set(colour, at * channels)
  }
  return { height, width, channels, data }
}

/** One value a pixel, where several share a byte and each row begins with a byte of its own. */
function unpacked({ height, width, depth, data }: DecodedPng): Uint8Array {
  const values = new Uint8Array(height * width)
  const line = Math.ceil((width * depth) / 8)
  const mask = 2 ** depth - 1
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const bit = x * depth
      values[y * width + x] = (data[y * line + (bit >> 3)]! >> (8 - depth - (bit & 7))) & mask
    }
  return values
}

/** With an alpha that is 0 where a pixel is the one colour that the file calls transparent. */
function withKey(values: Values, raw: ArrayLike<number>, key: ArrayLike<number>): Values {
  const { height, width, channels, data } = values
  const keyed = new Uint8Array(height * width * (channels + 1))
  for (let pixel = 0; pixel < height * width; pixel++) {
    let isKey = true
    for (let channel = 0; channel < channels; channel++) {
      keyed[pixel * (channels + 1) + channel] = data[pixel * channels + channel]!
      isKey &&= raw[pixel * channels + channel] === key[channel]
    }
    keyed[pixel * (channels + 1) + channels] = isKey ? 0 : 255
  }
  return { height, width, channels: channels + 1, data: keyed }
}

function isTransparent({ channels, data }: Values): boolean {
  if (channels % 2 === 1) return false
  for (let at = channels - 1; at < data.length; at += channels) if (data[at] !== 255) return true
  return false
}

function opaque({ height, width, channels, data }: Values): Picture {
  const kept = channels < 3 ? 1 : 3
  if (kept === channels) return { height, width, channels: kept, data }
  const bare = new Uint8Array(height * width * kept)
  for (let pixel = 0; pixel < height * width; pixel++)
    for (let channel = 0; channel < kept; channel++)
      bare[pixel * kept + channel] = data[pixel * channels + channel]!
  return { height, width, channels: kept, data: bare }
}

/** A grey picture stays grey upon a grey colour. */
function upon(values: Values, background: Colour | null): Picture {
  if (background === null)
    throw new PictureError(
      "the PNG is transparent in places: say with background what shows through there, [255, 255, 255] for white",
    )
  const { height, width, channels, data } = values
  const isGrey = channels === 2 && background.every((value) => value === background[0])
  const kept = isGrey ? 1 : 3
  const laid = new Uint8Array(height * width * kept)
  for (let pixel = 0; pixel < height * width; pixel++) {
    const alpha = data[pixel * channels + channels - 1]!
    for (let channel = 0; channel < kept; channel++) {
      const value = data[pixel * channels + (channels === 2 ? 0 : channel)]!
      laid[pixel * kept + channel] = Math.floor(
        (value * alpha + background[channel]! * (255 - alpha) + 127) / 255,
      )
    }
  }
  return { height, width, channels: kept, data: laid }
}
