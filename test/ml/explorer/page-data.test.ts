// What a page is given: as text and back.
import t from "tap"
import { decodePage, encodePage, type PageData } from "../../../ml/explorer/page-data.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import { smallNetwork } from "../support/small-training.ts"

const network = smallNetwork(0)
const data: PageData = {
  title: "Fashion-MNIST",
  called: "the final model",
  trained: {
    network,
    inputShape: [8, 8, 1],
    weights: { "conv1/bias": { shape: [4], data: Float32Array.of(1 / 3, -0, Number.NaN, 3e38) } },
  },
  whole: network,
  classes: ["T-shirt/top", "</script>"],
  images: {
    pixels: Uint8Array.from({ length: 64 }, (_, i) => 4 * i + 3).subarray(1),
    labels: Uint8Array.of(1),
    numbers: Uint32Array.of(9_999),
  },
  kernels: Uint8Array.of(0, 97, 115, 109),
  training: {
    called: "LeNet",
    inputShape: [8, 8, 1],
    settings: {
      ...{ network, dropout: 0.5, optimizer: optimizer({ type: "adam" }), batchSize: 4, classes: 2, seed: 1 },
      ...{ stream: "final", curveExamples: 2, epochs: 1, patience: null, minimumDelta: 0 },
      ...{ monitor: "loss" as const, restoreBest: false },
    },
    inputs: new Uint8Array(0),
    targets: Uint8Array.of(0, 1),
    train: Uint32Array.of(0, 70_000),
    validation: Uint32Array.of(1),
    weights: "c0ffee",
  },
}

t.test("what a page is given comes back as it was, bit for bit, from one line of text", async (t) => {
  const text = encodePage(data)
  t.notMatch(text, /\n/)
  t.same(decodePage(text), data)
  const { data: values } = decodePage(text).trained.weights["conv1/bias"]!
  t.ok(Object.is(values[1], -0), "down to the sign of zero")
})

t.test(
  "text that stands in a page ends no script element and begins no comment, and reads the same",
  async (t) => {
    const text = encodePage({ ...data, title: "<!-- <script>" })
    t.notMatch(text, /</)
    t.equal(decodePage(text).title, "<!-- <script>")
  },
)
