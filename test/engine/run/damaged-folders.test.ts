// Folders whose list or files are damaged or gone: however many, one run makes them again, and what is shared stays.
import { equal } from "node:assert/strict"
import { chmodSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs"
import * as Schema from "effect/Schema"
import t, { type Test } from "tap"
import { type Digest, digestOf } from "../../../engine/content/digest.ts"
import { each, experiment, file, files, many, stage } from "../../../engine/declare/index.ts"
import { fileStore } from "../../../engine/store/file-store.ts"
import { isIntact } from "../../../engine/store/store.ts"
import { type MemoryPlace, memoryPlace } from "../../../engine/testing/memory-place.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"

const invoked: Array<string> = []
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

const contents = ["zero", "one", "two", "three", "four"]

const make = stage("make", {
  params: Schema.Struct({}),
  inputs: {},
  outputs: { folder: "folder:txt" },
  run: ({ place }) => {
    invoked.push("make")
    const same = place("same.txt")
    writeFileSync(same, "zero")
    const others = contents
      .slice(1)
      .map((text, i) => [`${i + 1}.txt`, new TextEncoder().encode(text)] as const)
    return { folder: new Map<string, string | Uint8Array>([["0.txt", same], ["again.txt", same], ...others]) }
  },
})
const join = stage("join", {
  params: Schema.Struct({ salt: Schema.String }),
  inputs: { folder: "folder" },
  outputs: { text: "text" },
  run: ({ inputs }) => {
    invoked.push("join")
    return { text: [...inputs.folder.values()].map(textOf).join(" ") }
  },
})
const shout = stage("shout", {
  params: Schema.Struct({ salt: Schema.String }),
  inputs: { part: "txt" },
  outputs: { text: "text" },
  run: ({ inputs }) => {
    invoked.push("shout")
    return { text: textOf(inputs.part).toUpperCase() }
  },
})
const all = stage("all", {
  params: Schema.Struct({}),
  inputs: { texts: many("text") },
  outputs: { text: "text" },
  run: ({ inputs }) => ({ text: Object.values(inputs.texts).join(" ") }),
})

/** What takes a folder as it is, and what takes each of its files. @param salt moves the keys of what takes them */
const asFolder = (salt: string) => experiment("taken", {}, () => ({ text: join({ salt }, make({})).text }))
const asParts = (salt: string) =>
  experiment("taken", {}, () => ({
    text: all({}, { texts: each("parts", make({}).folder, (part) => shout({ salt }, { part }).text) }).text,
  }))

/** Puts other bytes in an object's place. @param asStored with the time that it was stored with, as a bad disk would */
function overwrite(path: string, asStored = false): void {
  const { size, atime, mtime } = statSync(path)
  chmodSync(path, 0o644)
  writeFileSync(path, "x".repeat(size))
  if (asStored) utimesSync(path, atime, mtime)
}

const list = (place: MemoryPlace): Digest => place.results.folders()[0]!

interface Damage {
  readonly damage: (place: MemoryPlace) => ReadonlyArray<Digest>
  /** How often the folder is then made. */
  readonly times: number
}

const damages: Readonly<Record<string, Damage>> = {
  "three files by a bad disk": {
    times: 1,
    damage: (place) =>
      contents.slice(1, 4).map((text) => {
        overwrite(place.store.path(digestOf(text)), true)
        return digestOf(text)
      }),
  },
  "all files by a person": {
    times: 1,
    damage: (place) =>
      contents.map((text) => {
        overwrite(place.store.path(digestOf(text)))
        return digestOf(text)
      }),
  },
  "a file that was cut short, and one that is gone": {
    times: 1,
    damage: (place) => {
      chmodSync(place.store.path(digestOf("three")), 0o644)
      truncateSync(place.store.path(digestOf("three")), 2)
      rmSync(place.store.path(digestOf("one")))
      return [digestOf("three"), digestOf("one")]
    },
  },
  "the list": {
    times: 1,
    damage: (place) => {
      overwrite(place.store.path(list(place)), true)
      return [list(place)]
    },
  },
  "the list, which is gone, and a file": {
    times: 2,
    /* for the list, and for the file once it is read */ damage: (place) => {
      const lost = list(place)
      overwrite(place.store.path(digestOf("two")), true)
      rmSync(place.store.path(lost))
      return [lost, digestOf("two")]
    },
  },
}

const onDisk = (t: Test): MemoryPlace => memoryPlace(t, { store: fileStore(temporaryFolder(t)) })
const resultText = async (place: MemoryPlace, what: ReturnType<typeof asFolder>): Promise<string> => {
  invoked.length = 0
  const { summary } = await place.run(what, { joining: [shout] })
  equal(summary.counts.failed + summary.counts.skipped, 0)
  const [, last] = [...summary.tasks].find(([{ stage }]) => stage === "join" || stage === "all")!
  return textOf(place.store.read(last.outputs.text!.digest))
}

for (const [what, { damage, times }] of Object.entries(damages))
  t.test(`${what}: one run makes the folder again, whoever takes it`, async (t) => {
    for (const taking of [asFolder, asParts]) {
      const place = onDisk(t)
      const right = await resultText(place, taking("first"))
      const damaged = damage(place)
      t.equal(await resultText(place, taking("second")), right)
      t.same(
        invoked.filter((name) => name === "make"),
        Array.from({ length: times }, () => "make"),
      )
      for (const digest of damaged) t.ok(isIntact(place.store, digest), digest)
    }
  })

t.test("a file that two folders share is made again by whichever is asked for", async (t) => {
  const place = onDisk(t)
  const half = stage("half", {
    params: Schema.Struct({}),
    inputs: {},
    outputs: { folder: "folder" },
    run: () => ({ folder: new Map([["other.txt", new TextEncoder().encode("two")]]) }),
  })
  const halves = (salt: string) => experiment("halves", {}, () => ({ text: join({ salt }, half({})).text }))
  await place.run(asFolder("first"))
  await place.run(halves("first"))
  overwrite(place.store.path(digestOf("two")))
  t.equal(await resultText(place, halves("second")), "two")
  t.equal(await resultText(place, asFolder("second")), [...contents, "zero"].join(" "))
  t.same(invoked, ["join"], "it is whole again")
})

t.test("parts of a local folder that are damaged in the store are taken from it again", async (t) => {
  const place = onDisk(t)
  const root = temporaryFolder(t)
  writeFiles(root, { "in/a.txt": "local a", "in/b.txt": "local b" })
  const parts = (salt: string) =>
    experiment("local", {}, () =>
      all({}, { texts: each("parts", files("in/*.txt"), (part) => shout({ salt }, { part }).text) }),
    )
  await place.run(parts("first"), { root, joining: [shout] })
  overwrite(place.store.path(digestOf("local a")))
  rmSync(place.store.path(digestOf("local b")))
  const { summary } = await place.run(parts("second"), { root, joining: [shout] })
  t.equal(summary.counts.failed, 0)
  t.ok(isIntact(place.store, digestOf("local a")))
  t.ok(isIntact(place.store, digestOf("local b")))
})

t.test(
  "a folder that is wired as a file, and a file as a folder, are refused before anything runs",
  async (t) => {
    const place = onDisk(t)
    const root = temporaryFolder(t)
    writeFiles(root, { "in/a.txt": "a" })
    const refused = (folder: unknown, message: RegExp) =>
      t.rejects(
        place.run(
          experiment("wrong", {}, () => join({ salt: "" }, { folder: folder as never }).text),
          { root },
        ),
        { message },
      )
    invoked.length = 0
    await refused(file("in/a.txt", "folder"), /in\/a\.txt is a file, and is wired as folder: name a folder/)
    await refused(file("in/a.txt", "file"), /join takes folder as "folder", not file, as in\/a\.txt is wired/)
    await refused(
      shout({ salt: "" }, { part: file("in/a.txt") }).text,
      /not text, which is what shout gives as "text"/,
    )
    const asText = experiment("wrong", {}, () => shout({ salt: "" }, { part: file("in", "txt") }).text)
    await t.rejects(place.run(asText, { root }), {
      message: /in is a folder, and is wired as txt: say file\("in", "folder"\)/,
    })
    await t.rejects(place.preview(asText, { root }), { message: /in is a folder/ })
    t.same(invoked, [])
  },
)
