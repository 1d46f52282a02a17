// Outputs that a stage gives as paths: what is taken from its places, and what is refused.
import { linkSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import t from "tap"
import { digestOf } from "../../../engine/content/digest.ts"
import { experiment, stage } from "../../../engine/declare/index.ts"
import { fileStore } from "../../../engine/store/file-store.ts"
import { folderFiles } from "../../../engine/store/folders.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"

const give = (name: string, run: (place: (name: string) => string, at: string) => unknown, at = "") =>
  stage(name, {
    params: Schema.Struct({}),
    inputs: {},
    outputs: { out: name.startsWith("folder") ? "folder" : "file" },
    run: ({ place }) => ({ out: run(place, at) as string }),
  })

t.test("what is no file in a place of the task's is refused with what to do", async (t) => {
  const place = memoryPlace(t, { store: fileStore(temporaryFolder(t)) })
  const outside = temporaryFolder(t)
  writeFiles(outside, { "a.txt": "a" })
  const refused: Readonly<Record<string, readonly [RegExp, Parameters<typeof give>[1]]>> = {
    "file-outside": [/is in no place of the task's: write it to context.place/, () => join(outside, "a.txt")],
    "file-missing": [/nothing is at .*: await what writes it/, (place) => place("never")],
    "file-bytes": [/a file is given as the path where it was written, not as object/, () => Uint8Array.of(1)],
    "file-link": [
      /is in no place of the task's/,
      (place) => {
        symlinkSync(join(outside, "a.txt"), place("link"))
        return place("link")
      },
    ],
    "file-folder": [
      /is no file, and only files are kept/,
      (place) => {
        mkdirSync(place("folder"))
        return place("folder")
      },
    ],
    "file-name": [/"\.\.\/a" is no name for a place/, (place) => place("../a")],
    "folder-file": [
      /a folder is given as the path of one/,
      (place) => {
        writeFileSync(place("a"), "a")
        return place("a")
      },
    ],
    "folder-number": [/a folder is given as a path, or as a Map/, () => 7],
    "folder-names": [
      /"\.\.\/a" is no name of a file in a folder/,
      () => new Map([["../a", Uint8Array.of(1)]]),
    ],
  }
  for (const [name, [message, run]] of Object.entries(refused)) {
    const { summary } = await place.run(experiment(name, {}, () => give(name, run)({}).out))
    t.match([...summary.tasks.values()][0]!.error, { message }, name)
  }
})

t.test("a file with a second name is copied, and what bears that name stays as it was", async (t) => {
  const place = memoryPlace(t, { store: fileStore(temporaryFolder(t)) })
  const outside = temporaryFolder(t)
  writeFiles(outside, { "mine.txt": "mine" })
  const linked = give("file-linked", (place) => {
    linkSync(join(outside, "mine.txt"), place("own"))
    return place("own")
  })
  const { summary } = await place.run(experiment("linked", {}, () => linked({}).out))
  t.equal(summary.counts.ran, 1)
  t.ok(place.store.isAsStored(digestOf("mine"), 4))
  const { mode, mtimeMs } = statSync(join(outside, "mine.txt"))
  t.ok((mode & 0o200) !== 0 && mtimeMs > Date.now() - 600_000)
})

t.test("a folder can be given by names, of bytes and of paths, and one file twice", async (t) => {
  const place = memoryPlace(t, { store: fileStore(temporaryFolder(t)) })
  const mixed = give("folder-mixed", (place) => {
    writeFileSync(place("big"), "big")
    return new Map<string, Uint8Array | string>([
      ["b/big", place("big")],
      ["a", Buffer.from("a")],
      ["c", Buffer.from("a")],
    ])
  })
  const { summary } = await place.run(experiment("mixed", {}, () => mixed({}).out))
  const { out } = [...summary.tasks.values()][0]!.outputs
  t.same(
    folderFiles(place.store, out!.digest).map(({ name, digest }) => [name, digest]),
    [
      ["a", digestOf("a")],
      ["b/big", digestOf("big")],
      ["c", digestOf("a")],
    ],
  )
  t.ok(place.store.has(digestOf("a"), 1))
})
