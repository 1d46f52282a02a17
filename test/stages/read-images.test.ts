// in turn: it starts processes.
// Folders of pictures through the command line: what comes of them, and which message a broken one gets.
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { decodeArray } from "../../ml/data/arrays/decode-array.ts"
import { readImages } from "../../stages/read/images.ts"
import { cmyk, plainRgb } from "../ml/data/pictures/support/jpeg-files.ts"
import { plainPng } from "../ml/data/pictures/support/png-file.ts"
import { readingProject } from "./support/reading-project.ts"
import { folderOf, runForm } from "./support/run-form.ts"

const experiment = `
import { experiment, file } from "refold"
import { readImages } from "../stages/read/images.ts"
export default experiment("one", {}, () => {
  const { facts, checks } = readImages.folder({ test: { fraction: 0.5, seed: 1 } }, { images: file("photos") })
  return { facts, checks }
})`

/** Four of each class, of two persons each, all different. */
const photos = new Map(
  ["cat", "dog"].flatMap((name, at) =>
    [0, 1, 2, 3].map((n) => [`${name}/person-${n % 2}-${n}.png`, plainPng([4, 5], [at, n, 7])] as const),
  ),
)
const inPhotos = Object.fromEntries([...photos].map(([path, bytes]) => [`photos/${path}`, bytes]))
const given = { classes: null, colour: "as stored", size: null, background: null, group: null } as const
const test = { fraction: 0.5, seed: 1 }

t.test("a folder of pictures by class becomes two arrays of bytes and their class numbers", async (t) => {
  const read = await runForm(readImages.folder, { ...given, test }, { images: folderOf(photos) })
  t.same(read.facts, {
    classes: ["cat", "dog"],
    height: 4,
    width: 5,
    channels: 3,
    shape: [4, 5, 3],
    train: 4,
    test: 4,
  })
  const [inputs, targets] = [decodeArray(read.trainInputs), decodeArray(read.trainTargets)]
  t.same([inputs.shape, targets.shape], [[4, 4, 5, 3], [4]])
  for (let at = 0; at < 4; at++) t.equal(inputs.data[at * 60], targets.data[at], "red is the class")
  t.equal(read.trainGroups, null)
})

t.test("pictures whose names have one group stay on one side, and the groups are given on", async (t) => {
  const read = await runForm(
    readImages.folder,
    { ...given, group: "(person-\\d)", test },
    { images: folderOf(photos) },
  )
  const [trained, tested] = [decodeArray(read.trainInputs), decodeArray(read.testInputs)]
  const persons = ({ data }: { data: ArrayLike<number> }) =>
    new Set([0, 1, 2, 3].map((at) => data[at * 60 + 1]! % 2))
  t.same([persons(trained).size, persons(tested).size], [1, 1])
  t.not([...persons(trained)][0], [...persons(tested)][0])
  t.equal(new Set(read.trainGroups as ReadonlyArray<string>).size, 1)
})

t.test("two folders are read alike, and images of the one that are in the other are counted", async (t) => {
  const twice = new Map([...photos, ["cat/again.png", photos.get("cat/person-0-0.png")!] as const])
  const { checks } = await runForm(readImages.folders, given, {
    train: folderOf(twice),
    test: folderOf(photos),
  })
  t.same(checks, {
    "train.examples": 9,
    "test.examples": 8,
    "duplicates.across": 8,
    "duplicates.within.train": 1,
  })
  const smaller = new Map([...photos].map(([path]) => [path, plainPng([3, 5], [1, 2, 3])] as const))
  await t.rejects(
    runForm(readImages.folders, given, { train: folderOf(photos), test: folderOf(smaller) }),
    /train on have the shape \[4, 5, 3\], images to test on \[3, 5, 3\]: say with size/,
  )
})

t.test(
  "a broken picture fails the run with its name, the folder's and a remedy; put right, the run succeeds",
  async (t) => {
    const lab = readingProject(t, experiment)
    const broken: ReadonlyArray<[string, Uint8Array | undefined, RegExp]> = [
      [
        "dog/cut.png",
        plainPng([4, 5], [1, 2, 3]).subarray(0, 60),
        /dog\/cut.png: the PNG is cut off or damaged .*take it out.*its input images is photos/,
      ],
      ["dog/ink.jpg", cmyk, /dog\/ink.jpg: the JPEG is in CMYK.*convert it to RGB/],
      [
        "dog/large.jpg",
        plainRgb,
        /dog\/large.jpg has 17 × 13 pixels, in colour, and cat\/person-0-0.png has 5 × 4 pixels/,
      ],
      ["eel/readme.txt", new Uint8Array(), /the class "eel" has no picture/],
    ]
    for (const [path, bytes, message] of broken) {
      lab.put({ ...inPhotos, [`photos/${path}`]: bytes ?? "" })
      const ran = await lab.json("--exp", "one")
      t.equal(ran.code, 1, path)
      t.match(ran.of("task-finished")[0]?.error?.message, message)
      rmSync(join(lab.root, "photos", path.startsWith("eel") ? "eel" : path), { recursive: true })
    }
    t.equal((await lab.json("--exp", "one")).code, 0)
    mkdirSync(join(lab.root, "photos/fox"))
    const refused = await lab.json("--exp", "one")
    t.equal(refused.code, 2)
    t.match(
      refused.stderr,
      /the file photos cannot be read: its folder fox is empty, .* put a file into it, or remove it/,
    )
  },
)
