// JPEG files, decoded: grey and in colour, baseline and progressive. It knows nothing of folders.
import { type JpegHeader, jpegHeader } from "./jpeg-header.ts"
import { type Picture, PictureError } from "./picture.ts"

/**
 * Decodes a JPEG file; jpeg-js is plain JavaScript that adds, multiplies and shifts, so every byte follows from the file.
 * Colour that was stored at half the resolution is repeated, not smoothed: other decoders differ by a few levels at edges.
 * The way up that a camera notes beside the picture (EXIF orientation) is left alone.
 *
 * @throws PictureError when the file is cut off, damaged, in CMYK, or of a sort that is not read
 */
export async function decodeJpeg(bytes: Uint8Array): Promise<Picture> {
  const header = jpegHeader(bytes)
  check(header)
  const { height, width, data } = await decoded(bytes, header)
  if (header.components === 3) return { height, width, channels: 3, data }
  const grey = Uint8Array.from({ length: height * width }, (_, pixel) => data[3 * pixel]!)
  return { height, width, channels: 1, data: grey }
}

function check({ components, precision, method }: JpegHeader): void {
  if (components === 4)
    throw new PictureError(
      "the JPEG is in CMYK, inks for a printer, whose colours on a screen depend on a profile: convert it to RGB (magick in.jpg -colorspace sRGB out.jpg)",
    )
  if (components !== 1 && components !== 3)
    throw new PictureError(
      `the JPEG has ${components} components: only grey (1) and colour (3) are read; save it as one of these`,
    )
  if (precision !== 8 || method > 2)
    throw new PictureError(
      `the JPEG is of a sort that is not read (method ${method}, ${precision} bits): save it as baseline or progressive JPEG of 8 bits, or as PNG`,
    )
}

async function decoded(bytes: Uint8Array, { isRgb }: JpegHeader) {
  const { default: jpeg } = await import("jpeg-js")
  try {
    return jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      ...(isRgb ? { colorTransform: false } : {}),
    })
  } catch (failure) {
    throw new PictureError(
      `the JPEG is cut off or damaged (${(failure as Error).message}): fetch or save it again, or take it out`,
    )
  }
}
