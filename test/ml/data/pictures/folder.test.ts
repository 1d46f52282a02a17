// Pictures of a folder: their classes, their order, their size, and the file that does not fit.
import fc from "fast-check"
import t from "tap"
import { byClass } from "../../../../ml/data/pictures/by-class.ts"
import type { Picture } from "../../../../ml/data/pictures/picture.ts"
import { centred, inColour, inGrey, resized } from "../../../../ml/data/pictures/reshape.ts"
import { type Looks, Stack } from "../../../../ml/data/pictures/stack.ts"
import { grey, plainRgb } from "./support/jpeg-files.ts"
import { plainPng } from "./support/png-file.ts"

const asStored: Looks = { colour: "as stored", size: null, background: null }

t.test("classes are the folders by their names' code units, and so is the order of pictures", async (t) => {
  const names = [
    "b/2.png",
    "a/1.jpg",
    "b/10.PNG",
    "B/x.jpeg",
    "a/deep/0.png",
    "a/notes.txt",
    "a/.hidden.png",
    "read.me",
  ]
  const { classes, files, others } = byClass(names, null)
  t.same(classes, ["B", "a", "b"])
  t.same(
    files.map(({ path, label }) => `${label} ${path}`),
    ["0 B/x.jpeg", "1 a/1.jpg", "1 a/deep/0.png", "2 b/10.PNG", "2 b/2.png"],
  )
  t.same(others, ["a/.hidden.png", "a/notes.txt", "read.me"])
})

t.test("pinned classes number themselves, whatever folders there are", async (t) => {
  const { files } = byClass(["cat/1.png", "dog/1.png"], ["dog", "cat"])
  t.same(
    files.map(({ path, label }) => [path, label]),
    [
      ["dog/1.png", 0],
      ["cat/1.png", 1],
    ],
  )
})

t.test("what is wrong with a folder is said with the file or the class that it is about", async (t) => {
  const wrong: ReadonlyArray<[ReadonlyArray<string>, ReadonlyArray<string> | null, RegExp]> = [
    [["1.png", "a/1.png"], null, /^1.png lies in no class's folder: move it/],
    [["a/1.png", "b/2.gif"], null, /^b\/2.gif: only PNG and JPEG are read; convert it to PNG/],
    [
      ["a/1.png", "b/notes.txt"],
      null,
      /^the class "b" has no picture: put PNG or JPEG files into its folder/,
    ],
    [["a/1.png", "b/1.png"], ["a", "b", "c"], /^the class "c" has no picture/],
    [
      ["a/1.png", "b/1.png", "c/1.png"],
      ["a", "b"],
      /^c\/1.png is of a class that is not among those named \(a, b\)/,
    ],
    [["a/1.png"], null, /at least two: found "a" alone/],
    [[], null, /at least two: found none/],
  ]
  for (const [names, classes, message] of wrong)
    t.throws(() => byClass(names, classes), { _tag: "PictureError", message })
})

t.test("pictures of one size stack to one array of bytes, whichever format they were in", async (t) => {
  const stack = new Stack({ ...asStored, colour: "grey" }, 2)
  await stack.add("a/1.png", plainPng([13, 17], [0, 255, 0]))
  await stack.add("a/2.jpg", grey)
  const { shape, data } = stack.array()
  t.same(shape, [2, 13, 17, 1])
  t.equal(data.length, 2 * 13 * 17)
  t.same(new Set(data.subarray(0, 13 * 17)), new Set([150]))
})

t.test("two pictures that do not fit together are both named, with what to say", async (t) => {
  const added = async (looks: Looks, ...files: ReadonlyArray<Uint8Array>) => {
    const stack = new Stack(looks, files.length)
    for (const [at, file] of files.entries()) await stack.add(`${at}.png`, file)
    return stack.array()
  }
  await t.rejects(added(asStored, plainPng([2, 3], 1), plainPng([3, 2], 1)), {
    _tag: "PictureError",
    message:
      /^1.png has 2 × 3 pixels, grey, and 0.png has 3 × 2 pixels, grey: .* such as \{ height: 2, width: 3 \}/,
  })
  await t.rejects(added(asStored, plainPng([2, 3], 1), plainPng([2, 3], [1, 2, 3])), {
    _tag: "PictureError",
    message: /^1.png is in colour, and 0.png is grey: say with colour/,
  })
  await t.rejects(
    added(asStored, plainPng([2, 3], 1), plainRgb.subarray(0, 100)),
    /^Error: 1.png: the JPEG is cut off|1.png: the JPEG is cut off/,
  )
  const sized = { ...asStored, colour: "rgb", size: { height: 4, width: 4, fit: "stretch" } } as const
  t.same((await added(sized, plainPng([2, 3], 1), plainPng([9, 2], [1, 2, 3]))).shape, [2, 4, 4, 3])
})

const picture = fc
  .record({ height: fc.integer({ min: 1, max: 7 }), width: fc.integer({ min: 1, max: 7 }) })
  .chain(({ height, width }) =>
    fc
      .uint8Array({ minLength: 3 * height * width, maxLength: 3 * height * width })
      .map((data): Picture => ({ height, width, channels: 3, data })),
  )
const side = fc.integer({ min: 1, max: 9 })

t.test("an average over areas is the exact mean, rounded: by fractions of any size", async () => {
  fc.assert(
    fc.property(picture, side, side, (given, height, width) => {
      const made = resized(given, [height, width])
      // Both made as fine as their common multiple, then averaged by whole pixels.
      return Array.from(made.data).every((value, at) => {
        const [y, x, channel] = [Math.floor(at / (3 * width)), Math.floor(at / 3) % width, at % 3]
        let sum = 0
        for (let row = y * given.height; row < (y + 1) * given.height; row++)
          for (let column = x * given.width; column < (x + 1) * given.width; column++)
            sum +=
              given.data[(Math.floor(row / height) * given.width + Math.floor(column / width)) * 3 + channel]!
        return value === Math.round(sum / (given.height * given.width))
      })
    }),
  )
})

t.test("cutting to the middle keeps the largest part of the shape, and colours survive grey", async (t) => {
  const data = Uint8Array.from({ length: 12 }, (_, at) => at)
  const wide: Picture = { height: 2, width: 6, channels: 1, data }
  t.same(centred(wide, [10, 10]), { height: 2, width: 2, channels: 1, data: Uint8Array.of(2, 3, 8, 9) })
  t.same([...inColour({ height: 1, width: 1, channels: 1, data: Uint8Array.of(9) }).data], [9, 9, 9])
  const red: Picture = { height: 1, width: 1, channels: 3, data: Uint8Array.of(255, 0, 0) }
  t.same([...inGrey(red).data], [76])
  fc.assert(
    fc.property(fc.nat(255), (value) => {
      const plain: Picture = { height: 1, width: 1, channels: 1, data: Uint8Array.of(value) }
      return inGrey(inColour(plain)).data[0] === value
    }),
  )
})
