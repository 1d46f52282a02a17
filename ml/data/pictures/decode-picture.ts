// A picture from the bytes of a file, PNG or JPEG by its first bytes, whatever its name; knows nothing of folders.
import { decodeJpeg } from "./jpeg.ts"
import { isJpeg } from "./jpeg-header.ts"
import { type Colour, type Picture, PictureError } from "./picture.ts"
import { decodePng } from "./png.ts"
import { isPng } from "./png-chunks.ts"

/**
 * @param background what shows through where a PNG is transparent; null refuses such pictures
 * @throws PictureError when it is neither, cut off, damaged, or of a sort that is not read
 */
export async function decodePicture(bytes: Uint8Array, background: Colour | null): Promise<Picture> {
  if (bytes.length === 0) throw new PictureError("the file is empty: fetch or save it again, or take it out")
  if (isPng(bytes)) return decodePng(bytes, background)
  if (isJpeg(bytes)) return decodeJpeg(bytes)
  const first = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ")
  throw new PictureError(
    `the file is neither PNG nor JPEG (it begins with ${first}): convert it to PNG, or take it out`,
  )
}
