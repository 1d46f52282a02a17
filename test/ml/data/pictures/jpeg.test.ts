// JPEG files: the same bytes everywhere, near to what another decoder gives, and of a broken one what is wrong.
import { createHash } from "node:crypto"
import t from "tap"
import { decodeJpeg } from "../../../../ml/data/pictures/jpeg.ts"
import { baseline, cmyk, grey, plainRgb, progressive, restart } from "./support/jpeg-files.ts"

const digest = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex")

/** What the files were made of, by channel. */
const drawn = (channel: number, y: number, x: number): number =>
  [(x * 15) % 256, (y * 19) % 256, ((x + y) * 8) % 256][channel]!

t.test("a JPEG decodes to the bytes with these digests, on every machine and engine", async (t) => {
  for (const [name, file, channels, expected] of [
    ["progressive", progressive, 3, "49f05b3a25a50c667a8305844685468824ca183550355316d6d80c2f17da8fad"],
    ["baseline", baseline, 3, "49f05b3a25a50c667a8305844685468824ca183550355316d6d80c2f17da8fad"],
    ["with restart markers", restart, 3, "49f05b3a25a50c667a8305844685468824ca183550355316d6d80c2f17da8fad"],
    ["red, green and blue", plainRgb, 3, "35ff342e7c0da156694d717058bf2cf58beb84679c199f63d5dc3f0468478d2f"],
    ["grey", grey, 1, "9c5f71803345122fee7b58aa59fa2ba0294016b3639021aad4d9a2c35bb23cc9"],
  ] as const) {
    const picture = await decodeJpeg(file)
    t.same(
      [picture.width, picture.height, picture.channels, digest(picture.data)],
      [17, 13, channels, expected],
      name,
    )
  }
})

t.test("a JPEG shows what was drawn", async (t) => {
  const { data } = await decodeJpeg(plainRgb)
  let most = 0
  for (let at = 0; at < data.length; at++) {
    const [y, x, channel] = [Math.floor(at / 51), Math.floor((at % 51) / 3), at % 3]
    most = Math.max(most, Math.abs(data[at]! - drawn(channel, y, x)))
  }
  t.ok(most < 40, `off by ${most} of 255 at most`)
})

t.test("a JPEG in CMYK is refused with how to convert it", async (t) => {
  await t.rejects(decodeJpeg(cmyk), {
    _tag: "PictureError",
    message: /in CMYK, .* convert it to RGB \(magick/,
  })
})

t.test("a JPEG that is cut anywhere is refused", async (t) => {
  for (const whole of [progressive, baseline, grey])
    for (let length = 3; length < whole.length; length++)
      await t.rejects(decodeJpeg(whole.subarray(0, length)), {
        _tag: "PictureError",
        message: /cut off|damaged/,
      })
})

t.test("a JPEG of a sort that is not read is refused by what it says of itself", async (t) => {
  const frame = (change: (bytes: Uint8Array, frame: number) => void): Uint8Array => {
    const bytes = grey.slice()
    change(bytes, Buffer.from(bytes).indexOf(Buffer.of(0xff, 0xc0)))
    return bytes
  }
  await t.rejects(decodeJpeg(frame((bytes, at) => (bytes[at + 1] = 0xc9))), /method 9, 8 bits/)
  await t.rejects(decodeJpeg(frame((bytes, at) => (bytes[at + 4] = 12))), /method 0, 12 bits/)
  await t.rejects(decodeJpeg(frame((bytes, at) => (bytes[at + 6] = 0))), /its frame has no size/)
})
