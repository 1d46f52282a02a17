import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import t from "tap"
import { experiment, stage } from "../../../engine/declare/index.ts"
import { hashedFile } from "../../../engine/key/hashed-file.ts"
import type { NumericsRegistry } from "../../../engine/key/numerics.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"

/** Two tasks, one after the other, that give what they compute with; after the first, `swap` is called. */
function twoTasks(
  read: (context: { files: Readonly<Record<string, string>>; provided?: unknown }) => string,
  swap: () => void,
) {
  const first = stage("first", {
    params: Schema.Struct({}),
    inputs: {},
    outputs: { found: "value" },
    numerics: "tensor",
    run: (context) => {
      const found = read(context)
      swap()
      return { found }
    },
  })
  const second = stage("second", {
    params: Schema.Struct({}),
    inputs: { before: "value" },
    outputs: { found: "value" },
    numerics: "tensor",
    run: (context) => ({ found: read(context) }),
  })
  return experiment("two", {}, () => second({}, { before: first({}, {}).found }))
}

const given = (path: string): NumericsRegistry => {
  const kernels = hashedFile(path)
  return { tensor: { identity: { kernels: kernels.digest }, files: { kernels }, exact: true } }
}

t.test(
  "kernels swapped in the middle of a run change nothing of it, and are cached under no key but their own",
  async (t) => {
    const path = join(temporaryFolder(t), "kernels.wasm")
    const place = memoryPlace(t)
    let isSwapped = false
    const work = twoTasks(
      ({ files }) => readFileSync(files.kernels!, "utf8"),
      () => {
        if (!isSwapped) writeFileSync(path, "B")
        isSwapped = true
      },
    )
    const found = async () => {
      const { summary } = await place.run(work, { numerics: given(path) })
      const told = [...summary.tasks.values()].map(({ status, outputs }) => [
        status,
        Buffer.from(place.store.read(outputs.found!.digest)).toString(),
      ])
      return told.flat()
    }
    writeFileSync(path, "A")
    t.same(await found(), ["ran", '"A"', "ran", '"A"'])
    t.ok(isSwapped)
    t.same(await found(), ["ran", '"B"', "ran", '"B"'])
    writeFileSync(path, "A")
    t.same(await found(), ["cached", '"A"', "cached", '"A"'])
  },
)

t.test(
  "a module that provides is the one that was hashed, and sees the packages of where it lay",
  async (t) => {
    const root = temporaryFolder(t)
    const provider = (name: string): string =>
      `import { helped } from "helper"; export const provide = (options) => "${name} " + helped + options`
    writeFiles(root, {
      "lib/provider.mjs": provider("A"),
      "node_modules/helper/package.json": '{"type":"module","exports":"./index.js"}',
      "node_modules/helper/index.js": 'export const helped = "helped "',
    })
    const path = join(root, "lib/provider.mjs")
    const place = memoryPlace(t)
    const work = twoTasks(
      ({ provided }) => provided as string,
      () => writeFileSync(path, "throw new Error('swapped')"),
    )
    const module = hashedFile(path)
    const tensor = { identity: module.digest, files: {}, provider: { module, options: 7 }, exact: true }
    writeFileSync(path, provider("swapped before it was loaded"))
    const { summary } = await place.run(work, { numerics: { tensor } })
    for (const { status, outputs } of summary.tasks.values()) {
      t.equal(status, "ran")
      t.equal(Buffer.from(place.store.read(outputs.found!.digest)).toString(), '"A helped 7"')
    }
    t.same(readdirSync(join(root, "node_modules/.cache/refold/provided")), [`${module.digest}.mjs`])
  },
)
