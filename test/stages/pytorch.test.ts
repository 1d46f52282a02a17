// in turn, in CI: it trains a model and starts Python, where that has torch.
// Whether PyTorch computes what we do from what `export` writes. `npm run test:long -- --only pytorch` is this file alone.
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { gunzipSync } from "node:zlib"
import fc from "fast-check"
import t, { type Test } from "tap"
import { commandLineIn, repository } from "../../engine/testing/command.ts"
import { temporaryFolder } from "../../engine/testing/temporary-folder.ts"
import { fashionMnist, fashionMnistSample } from "../../ml/data/datasets.ts"
import { decodeIdx } from "../../ml/data/idx.ts"
import { PIXEL_SCALE } from "../../ml/data/pixels.ts"
import type { Tensor } from "../../ml/data/tensor.ts"
import { setInitialWeights } from "../../ml/layers/parts/initial-weights.ts"
import { sizeOf } from "../../ml/layers/parts/shape.ts"
import { type Layer, shapeRules } from "../../ml/layers/table.ts"
import { lenet } from "../../ml/network/lenet.ts"
import { shapes } from "../../ml/network/shapes.ts"
import { decodeWeights, encodeWeights, type TrainedNetwork } from "../../ml/network/weights.ts"
import { identifiers } from "../../ml/pytorch/identifiers.ts"
import { generator, seedOf } from "../../ml/statistics/random.ts"
import { exportFor } from "../../stages/export.ts"
import { count } from "../counts.ts"
import { type Case, noise, onKernels } from "../ml/support/harness.ts"
import { cases } from "../ml/support/random-networks.ts"
import { runPython } from "../support/python.ts"
import { noPytorch, runInPytorch } from "./support/pytorch.ts"
import { runForm } from "./support/run-form.ts"

const skip = noPytorch
/** By how much a logit may differ. */
const tolerance = 1e-5
const images = 1000

/** Logits of all images on our kernels, some hundred at a time. */
function ourLogits({ network, inputShape, weights }: TrainedNetwork, pixels: Uint8Array): Float32Array {
  const size = sizeOf(inputShape)
  const total = pixels.length / size
  const rows = [200, 100, 1].find((rows) => total % rows === 0)!
  const width = sizeOf(shapes(network, inputShape).at(-1)!.output)
  const run = onKernels({ network, inputShape, rows, seed: 1, stream: seedOf(1, "test") })
  const values = Object.fromEntries(
    Object.entries(weights).map(([name, { data }]) => [name, data as Float32Array]),
  )
  const logits = new Float32Array(total * width)
  for (let at = 0; at < total; at += rows) {
    const x = Float32Array.from(pixels.subarray(at * size, (at + rows) * size), (byte) => byte * PIXEL_SCALE)
    logits.set(run(x, values, new Float32Array(rows * width), false).output, at * width)
  }
  return logits
}

const exported = async (trained: TrainedNetwork, pixels: Uint8Array) => {
  const { network, inputShape, weights } = trained
  const classes = Array.from(
    { length: sizeOf(shapes(network, inputShape).at(-1)!.output) },
    (_, i) => `class ${i}`,
  )
  const given = { weights: encodeWeights(weights, network, inputShape) }
  return { ...(await runForm(exportFor.pytorch, { title: "a network", classes }, given)), images: pixels }
}

interface Compared {
  /** The largest difference of a logit. */
  readonly difference: number
  readonly differing: ReadonlyArray<number>
  /** Images whose two largest logits are as near to each other as logits may differ. */
  readonly ties: ReadonlyArray<number>
}

function compared(ours: Float32Array, theirs: Float32Array, width: number): Compared {
  let difference = 0
  const [differing, ties]: [Array<number>, Array<number>] = [[], []]
  for (let image = 0; image < ours.length / width; image++) {
    const [own, other] = [ours, theirs].map((all) => all.subarray(image * width, (image + 1) * width))
    for (const [i, logit] of own!.entries()) difference = Math.max(difference, Math.abs(logit - other![i]!))
    const [first, second = Number.NEGATIVE_INFINITY] = own!.toSorted().reverse()
    if (first! - second <= 2 * tolerance) ties.push(image)
    else if (best(own!) !== best(other!)) differing.push(image)
  }
  return { difference, differing, ties }
}

const best = (logits: Float32Array): number =>
  logits.reduce((at, logit, i) => (logit > logits[at]! ? i : at), 0)

/** All test images where they were fetched once, else those of the sample. */
function testImages(): Uint8Array {
  const { package: name, folder } = fashionMnist.debian!
  const { name: file } = fashionMnist.files.testImages
  const places = [
    join(repository, "node_modules/.cache/refold/downloads/apt", name, folder),
    folder,
    join(repository, fashionMnistSample.repositoryFolder!),
  ]
  const place = places.find((path) => existsSync(join(path, `${file}.gz`)))!
  return decodeIdx(gunzipSync(readFileSync(join(place, `${file}.gz`))), 3).data
}

async function trainedBySmoke(t: Test) {
  const artifacts = temporaryFolder(t)
  const lab = commandLineIn(t, repository, ["--artifacts", artifacts])
  const ran = await lab.json("--exp", "smoke", "--jobs", "2")
  t.equal(ran.code, 0, ran.stderr)
  const shown = JSON.parse((await lab.plain("show", "--exp", "smoke", "--json")).stdout) as {
    readonly outputs: Readonly<Record<string, { readonly path: string }>>
  }
  const read = (name: string): Uint8Array => readFileSync(resolve(repository, shown.outputs[name]!.path))
  return {
    trained: decodeWeights(read("final.weights")),
    model: read("model.py"),
    stateDict: read("state_dict"),
  }
}

t.test(
  "PyTorch gives the logits of smoke's LeNet within 1e-5, and the same class for each test image",
  { skip },
  async (t) => {
    const pixels = testImages()
    const { trained, ...files } = await trainedBySmoke(t)
    const theirs = runInPytorch(temporaryFolder(t), [{ ...files, images: pixels }])
    const ours = ourLogits(trained, pixels)
    const { difference, differing, ties } = compared(ours, theirs.logits[0]!, 10)
    const first = compared(ours.subarray(0, images * 10), theirs.logits[0]!.subarray(0, images * 10), 10)
    t.comment(
      `torch ${theirs.torch}: ${pixels.length / 784} images, logits differ by at most ${difference.toExponential(2)}`,
    )
    t.comment(`ties: ${ties.length === 0 ? "none" : ties.join(", ")}`)
    t.ok(first.difference <= tolerance, `${first.difference} on ${images} images`)
    t.same(differing, [], "the same classes")
  },
)

/** Weights as before any training, and statistics as though there had been some: outputs are of about 1. */
function drawn({ network, inputShape, seed }: Case): TrainedNetwork {
  const weights: Record<string, Tensor> = {}
  const stream = seedOf(seed, "test")
  setInitialWeights(stream, shapes(network, inputShape), ({ name, shape, role }, data) => {
    const moved = noise(data.length, seed, 0, name)
    const isMoved = role !== "weight" || shape.length === 1
    weights[name] = { shape, data: isMoved ? data.map((value, i) => value + moved[i]! / 2) : data }
  })
  return { network, inputShape, weights }
}

t.test("networks of all kinds of layers have the same logits within 1e-5 in PyTorch", { skip }, async (t) => {
  const networks = fc
    .sample(cases(), { numRuns: count(15, 120), seed: 1 })
    .filter(({ network, inputShape }) => sizeOf(shapes(network, inputShape).at(-1)!.output) > 1)
  const given = networks.map((test) => {
    const draws = generator(seedOf(test.seed, "images"))
    const length = images * sizeOf(test.inputShape)
    return { trained: drawn(test), pixels: Uint8Array.from({ length }, () => draws.below(256)) }
  })
  const models = await Promise.all(given.map(({ trained, pixels }) => exported(trained, pixels)))
  const { logits } = runInPytorch(temporaryFolder(t), models)
  let [most, ties] = [0, 0]
  for (const [i, { trained, pixels }] of given.entries()) {
    const ours = ourLogits(trained, pixels)
    const found = compared(ours, logits[i]!, ours.length / images)
    most = Math.max(most, found.difference)
    ties += found.ties.length
    if (found.difference > tolerance || found.differing.length > 0)
      t.fail(`${JSON.stringify(trained.network)} on ${trained.inputShape}: ${found.difference}`)
  }
  const kinds = new Set<Layer["type"]>(
    networks.flatMap(({ network }) => network.layers.map(({ type }) => type)),
  )
  t.comment(
    `${networks.length} networks on ${images} images each: at most ${most.toExponential(2)}, ${ties} ties`,
  )
  t.same([...kinds].sort(), Object.keys(shapeRules).sort(), "each kind of layer is in one of them")
})

t.test("no layer is called what Python or nn.Module has a meaning for", { skip }, async (t) => {
  const { words, members } = runInPytorch(temporaryFolder(t), [])
  for (const word of [...words, ...members]) t.ok(identifiers([word])[0] !== word, word)
})

const lenetCase: Case = {
  network: lenet({ dropout: 0.25 }),
  inputShape: [28, 28, 1],
  rows: 1,
  seed: 1,
  stream: seedOf(1, "test"),
}

t.test(
  "the Python of docs/pytorch.md runs from top to bottom, and what is for a run's folder in one",
  { skip },
  async (t) => {
    const blocks = [
      ...readFileSync(join(repository, "docs/pytorch.md"), "utf8").matchAll(/^```python\n(.*?)^```$/gms),
    ]
    const [inRepository, inRun] = [false, true].map((isIn) =>
      blocks.flatMap(([, text]) => (text!.startsWith("# in the folder of a run") === isIn ? [text!] : [])),
    )
    t.equal(inRun!.length, 1)
    const folder = temporaryFolder(t)
    writeFileSync(join(folder, "page.py"), inRepository!.join("\n"))
    t.match(
      runPython([join(folder, "page.py")], repository),
      /^validation 0\.\d+\ntest 0\.\d+\n0\.\d+, standard error/,
    )
    const { model, stateDict } = await exported(drawn(lenetCase), new Uint8Array())
    writeFileSync(join(folder, "model.py"), model)
    writeFileSync(join(folder, "state_dict.safetensors"), stateDict)
    writeFileSync(join(folder, "use.py"), inRun![0]!)
    t.match(runPython([join(folder, "use.py")], folder), /^(class \d+ [01]\.\d\d\n){3}$/)
  },
)
