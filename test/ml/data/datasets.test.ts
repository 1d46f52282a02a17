import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import t from "tap"
import { datasets, fashionMnist, fashionMnistSample } from "../../../ml/data/datasets.ts"
import { decodeExamples } from "../../../ml/data/examples.ts"

const sample = new URL(`../../../${fashionMnistSample.repositoryFolder}/`, import.meta.url)
const read = (name: string) => gunzipSync(readFileSync(new URL(`${name}.gz`, sample)))

t.test(
  "the sample in the repository is, byte for byte, what its description and its README say",
  async (t) => {
    const readme = readFileSync(new URL("README.md", sample), "utf8")
    for (const { name, sha256, bytes } of Object.values(fashionMnistSample.files)) {
      const data = read(name)
      t.equal(data.length, bytes, `size of ${name}`)
      t.equal(createHash("sha256").update(data).digest("hex"), sha256, `digest of ${name}`)
      t.ok(readme.includes(sha256), `README on ${name}`)
    }
  },
)

t.test("the sample holds 60 training and 20 test images of every class", async (t) => {
  const { trainImages, trainLabels, testImages, testLabels } = fashionMnistSample.files
  const train = decodeExamples(read(trainImages.name), read(trainLabels.name), 10)
  const test = decodeExamples(read(testImages.name), read(testLabels.name), 10)
  t.same(
    [train.shape, test.shape],
    [
      [28, 28, 1],
      [28, 28, 1],
    ],
  )
  for (const [part, perClass] of [[train, 60] as const, [test, 20] as const]) {
    t.same(
      fashionMnistSample.classes.map((_, label) => part.targets.filter((other) => other === label).length),
      new Array(10).fill(perClass),
    )
  }
})

t.test(
  "every dataset has a name of its own and ten named classes, and its files agree on the counts",
  async (t) => {
    t.equal(new Set(datasets.map(({ name }) => name)).size, datasets.length)
    for (const { classes, files, name } of datasets) {
      t.equal(new Set(classes).size, 10, name)
      t.equal(files.trainImages.bytes - 16, (files.trainLabels.bytes - 8) * 784, name)
      t.equal(files.testImages.bytes - 16, (files.testLabels.bytes - 8) * 784, name)
      for (const { sha256 } of Object.values(files)) t.match(sha256, /^[0-9a-f]{64}$/, name)
    }
    t.same(fashionMnistSample.classes, fashionMnist.classes)
  },
)
