// PNG files: of every sort the pixels that the format says, and of a broken one what is wrong.
import { decode, encode } from "fast-png"
import { zlibSync } from "fflate"
import t from "tap"
import { decodePng } from "../../../../ml/data/pictures/png.ts"
import { chunk, header, plainPng, pngFile, signature } from "./support/png-file.ts"

const pixels = async (bytes: Uint8Array, background: readonly [number, number, number] | null = null) => {
  const { channels, data } = await decodePng(bytes, background)
  return [channels, ...data]
}

t.test("grey PNG of 1, 2, 4, 8 and 16 bits reach from 0 to 255", async (t) => {
  const rows = (...bytes: ReadonlyArray<number>) => ({ width: 3, height: 1, rows: [bytes] })
  t.same(await pixels(pngFile({ ...rows(0b101_00000), depth: 1 })), [1, 255, 0, 255])
  t.same(await pixels(pngFile({ ...rows(0b00_10_11_00), depth: 2 })), [1, 0, 170, 255])
  t.same(await pixels(pngFile({ ...rows(0x0f, 0x70), depth: 4 })), [1, 0, 255, 119])
  t.same(await pixels(pngFile(rows(7, 0, 255))), [1, 7, 0, 255])
  t.same(
    await pixels(pngFile({ ...rows(0x00, 0x80, 0x00, 0x81, 0xff, 0xff), depth: 16 })),
    [1, 0, 1, 255],
    "the nearest",
  )
})

t.test("rows of less than a byte a pixel begin at a byte of their own", async (t) => {
  const png = pngFile({
    width: 9,
    height: 2,
    depth: 1,
    rows: [
      [0xff, 0],
      [0, 0x80],
    ],
  })
  t.same(await pixels(png), [1, ...new Array(8).fill(255), 0, ...new Array(8).fill(0), 255])
})

t.test("colour, a palette of any depth and interlacing give the colours of each pixel", async (t) => {
  const palette = [10, 20, 30, 40, 50, 60, 70, 80, 90]
  t.same(
    await pixels(
      pngFile({
        width: 1,
        height: 2,
        colour: 2,
        rows: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      }),
    ),
    [3, 1, 2, 3, 4, 5, 6],
  )
  for (const [depth, row] of [
    [2, [0b10_00_01_00]],
    [4, [0x20, 0x10]],
    [8, [2, 0, 1]],
  ] as const)
    t.same(
      await pixels(pngFile({ width: 3, height: 1, colour: 3, depth, palette, rows: [row] })),
      [3, 70, 80, 90, 10, 20, 30, 40, 50, 60],
      `${depth} bits`,
    )
  const data = Uint8Array.from({ length: 7 * 9 * 3 }, (_, at) => (at * 37) % 256)
  const image = { width: 7, height: 9, channels: 3, data }
  t.same(await pixels(encode(image, { interlace: "Adam7" })), [3, ...data])
  t.same(await pixels(encode(image)), [3, ...data])
})

t.test("a transparent PNG is laid upon the background that is given, and refused without one", async (t) => {
  const half = pngFile({ width: 2, height: 1, colour: 6, rows: [[200, 100, 0, 128, 9, 9, 9, 0]] })
  t.same(await pixels(half, [255, 255, 255]), [3, 227, 177, 127, 255, 255, 255])
  await t.rejects(pixels(half), {
    _tag: "PictureError",
    message: /transparent in places: say with background/,
  })
  const opaque = pngFile({ width: 1, height: 1, colour: 4, rows: [[77, 255]] })
  t.same(await pixels(opaque), [1, 77], "with nothing transparent in it there is nothing to ask")
  const grey = pngFile({ width: 2, height: 1, colour: 4, rows: [[77, 0, 77, 255]] })
  t.same(await pixels(grey, [0, 0, 0]), [1, 0, 77])
  t.same(await pixels(grey, [0, 0, 9]), [3, 0, 0, 9, 77, 77, 77], "a coloured background makes it coloured")
})

t.test("a colour that the file calls transparent is, in grey, in colour and in a palette", async (t) => {
  const white = [255, 255, 255] as const
  const grey = pngFile({ width: 2, height: 1, rows: [[5, 6]], transparent: [0, 5] })
  t.same(await pixels(grey, white), [1, 255, 6])
  const three = {
    width: 1,
    height: 3,
    colour: 2,
    rows: [
      [1, 2, 3],
      [1, 2, 4],
      [0, 2, 3],
    ],
  }
  const colour = pngFile({ ...three, transparent: [0, 1, 0, 2, 0, 3] })
  t.same(await pixels(colour, white), [3, 255, 255, 255, 1, 2, 4, 0, 2, 3])
  const palette = pngFile({
    width: 2,
    height: 1,
    colour: 3,
    rows: [[0, 1]],
    palette: [1, 2, 3, 4, 5, 6],
    transparent: [0],
  })
  t.same(await pixels(palette, white), [3, 255, 255, 255, 4, 5, 6])
})

t.test("a PNG that is cut anywhere is refused", async (t) => {
  const whole = plainPng([5, 4], [1, 2, 3])
  for (let length = 0; length < whole.length; length++)
    await t.rejects(decodePng(whole.subarray(0, length), null), {
      _tag: "PictureError",
      message: /cut off|damaged/,
    })
})

t.test("a PNG with a byte changed is refused or decodes to the same pixels", async (t) => {
  const whole = plainPng([5, 4], [1, 2, 3])
  const expected = String(await pixels(whole))
  for (let at = 8; at < whole.length; at++) {
    const changed = whole.slice()
    changed[at]! ^= 0x10
    const found = await pixels(changed).catch((failure) => failure)
    if (Array.isArray(found)) t.equal(String(found), expected, `byte ${at}`)
    else t.equal(found._tag, "PictureError", `byte ${at}`)
  }
})

t.test("a PNG that packs fewer rows than it announces is refused, however right its checksums", async (t) => {
  const short = zlibSync(new Uint8Array(5 * 4 - 2))
  const png = Buffer.concat([
    signature,
    header({ width: 4, height: 4 }),
    chunk("IDAT", short),
    chunk("IEND", []),
  ])
  t.not(decode(png, { checkCrc: true }), undefined, "the library fills them with black")
  await t.rejects(decodePng(png, null), /its pixels should take 20 bytes, and there are 18/)
})

t.test("an interlaced PNG of less than a byte a pixel is refused with what to do", async (t) => {
  const png = pngFile({ width: 8, height: 8, depth: 1, interlaced: true, rows: [] })
  await t.rejects(decodePng(png, null), /interlaced PNG of 1 bits a pixel is not read here: save it without/)
})
