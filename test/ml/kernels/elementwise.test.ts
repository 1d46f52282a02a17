// Optimizers, loss and activations of the kernels against their formulas, number by number.
import fc from "fast-check"
import t from "tap"
import { type Pointer, stride, VECTOR } from "../../../ml/kernels/quantities.ts"
import { count } from "../../counts.ts"
import { freshKernels, noise } from "../support/harness.ts"

const f = Math.fround
const sizes = {
  vectors: fc.integer({ min: 1, max: 9 }),
  shards: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(),
}

/** Places arrays in a memory of their own. */
function placed<K extends string>(arrays: Record<K, Float32Array>) {
  const { kernels, arena } = freshKernels()
  const at = Object.fromEntries(
    Object.entries<Float32Array>(arrays).map(([name, values]) => {
      const place = arena.allocate(values.byteLength)
      arena.floats(place, values.length).set(values)
      return [name, place]
    }),
  ) as Record<K, Pointer>
  const read = (name: K) => arena.floats(at[name], arrays[name].length).slice()
  return { kernels, arena, at, read }
}

/** The gradient at `i`: shards added in order. */
function summed(gradients: Float32Array, shards: number, i: number): number {
  const size = gradients.length / shards
  let g = gradients[i]!
  for (let s = 1; s < shards; s++) g = f(g + gradients[s * size + i]!)
  return g
}

t.test("Adam moves weights and moments by its formula, bit for bit, and flushes tiny moments", async (t) => {
  fc.assert(
    fc.property(fc.record(sizes), ({ vectors, shards, seed }) => {
      const n = vectors * 4
      const w = noise(n, seed, 0, "w")
      const m = noise(n, seed, 3, "m").map((value, i) => (i % 5 === 0 ? 1e-31 : value))
      const v = noise(n, seed, 3, "v").map((value, i) => (i % 5 === 0 ? 1e-31 : Math.abs(value)))
      const g = noise(n * shards, seed, 2, "g").map((value, i) => (i % n === 0 ? 0 : value))
      const { kernels, at, read } = placed({ w, m, v, g })
      const [rate, correction, beta1, beta2, epsilon] = [f(0.01), f(3.5), f(0.9), f(0.999), f(1e-8)]
      const [fresh1, fresh2] = [f(1 - 0.9), f(1 - 0.999)]
      kernels.adamStep(
        ...([at.w, at.m, at.v, at.g, shards, stride(n * 4), vectors] as const),
        ...([rate, correction, beta1, beta2, fresh1, fresh2, epsilon] as const),
      )
      const flushed = (value: number) => (Math.abs(value) < 1e-30 ? 0 : value)
      for (let i = 0; i < n; i++) {
        const gradient = summed(g, shards, i)
        m[i] = flushed(f(f(beta1 * m[i]!) + f(fresh1 * gradient)))
        v[i] = flushed(f(f(beta2 * v[i]!) + f(f(fresh2 * gradient) * gradient)))
        w[i] = f(w[i]! - f(f(rate * m[i]!) / f(f(Math.sqrt(f(v[i]! * correction))) + epsilon)))
      }
      t.same([read("w"), read("m"), read("v")], [w, m, v])
      t.equal(read("m")[0], 0)
    }),
    { numRuns: count(10, 500) },
  )
})

t.test("SGD moves weights and velocity by its formula, bit for bit", async (t) => {
  fc.assert(
    fc.property(fc.record(sizes), ({ vectors, shards, seed }) => {
      const n = vectors * 4
      const [w, v, g] = [
        noise(n, seed, 0, "w"),
        noise(n, seed, 3, "v"),
        noise(n * shards, seed, 2, "g"),
      ] as const
      const { kernels, at, read } = placed({ w, v, g })
      const [rate, momentum] = [f(0.1), f(0.9)]
      kernels.momentumStep(at.w, at.v, at.g, shards, stride(n * 4), vectors, rate, momentum)
      for (let i = 0; i < n; i++) {
        v[i] = f(f(momentum * v[i]!) + summed(g, shards, i))
        w[i] = f(w[i]! - f(rate * v[i]!))
      }
      t.same([read("w"), read("v")], [w, v])
    }),
    { numRuns: count(10, 500) },
  )
})

t.test("the loss is the cross-entropy of the softmax, and its gradient sums to zero", async (t) => {
  const [rows, n, padded] = [6, 5, 8]
  const { kernels, arena, at, read } = placed({
    z: noise(rows * padded, 1, 0, "z").map((value) => value * 30),
    g: new Float32Array(rows * padded),
    p: new Float32Array(rows * n),
    scratch: new Float32Array(2 * n),
    right: new Float32Array(1),
  })
  const [labels, order, best] = [arena.allocate(rows), arena.allocate(rows * 4), arena.allocate(rows)]
  arena.bytes(labels, rows).set([0, 1, 2, 3, 4, 0])
  arena.words(order, rows).set([5, 4, 3, 2, 1, 0])
  const found = kernels.softmaxCrossEntropy(
    ...([at.z, stride(padded * 4), rows, n, labels, order, 0, 7] as const),
    ...([at.g, at.p, best, at.scratch, at.right] as const),
  )
  let loss = 0
  let right = 0
  for (let row = 0; row < rows; row++) {
    const z = [...read("z").subarray(row * padded, row * padded + n)]
    const label = [0, 4, 3, 2, 1, 0][row]!
    const sum = z.reduce((total, value) => total + Math.exp(value), 0)
    loss += Math.log(sum) - z[label]!
    right += z.indexOf(Math.max(...z)) === label ? 1 : 0
    t.equal(arena.bytes(best, rows)[row], z.indexOf(Math.max(...z)))
    const gradient = read("g").subarray(row * padded, row * padded + n)
    for (let j = 0; j < n; j++) {
      const p = Math.exp(z[j]!) / sum
      t.ok(Math.abs(read("p")[row * n + j]! - p) < 1e-7)
      t.ok(Math.abs(gradient[j]! - (p - (j === label ? 1 : 0)) / 7) < 1e-7)
    }
  }
  t.ok(Math.abs(found - loss) < 1e-11 * loss, `${found} and ${loss}`)
  t.equal(arena.words(at.right, 1)[0], right)
})

t.test("tanh is the hyperbolic tangent to float32's precision", async (t) => {
  const x = noise(400, 1, 0, "x").map((value, i) => value * (i % 20))
  const { kernels, at, read } = placed({ x, y: new Float32Array(400) })
  kernels.tanhForward(at.x, at.y, 100)
  t.ok(read("y").every((y, i) => Math.abs(y - Math.tanh(x[i]!)) < 2e-7))
})

t.test("sigmoid is its formula to float32's last bit, and leaves a row's padding alone", async (t) => {
  const x = noise(40, 1, 0, "x").map((value, i) => value * i * i)
  const { kernels, at, read } = placed({ x, y: new Float32Array(40) })
  kernels.sigmoidForward(at.x, at.y, 10, 3, VECTOR)
  read("y").forEach((y, i) => {
    const expected = i % 4 === 3 ? 0 : 1 / (1 + Math.exp(-x[i]!))
    t.ok(Math.abs(y - expected) <= 6e-8 * expected + 1e-45, `${y} and ${expected}`)
  })
})

t.test("NaN passes through activations, dropout and max-pooling, and is found among weights", async (t) => {
  const x = Float32Array.of(1, Number.NaN, -1, 0)
  const { kernels, arena, at, read } = placed({ x, y: new Float32Array(4), mask: new Float32Array(4) })
  kernels.reluForward(at.x, at.y, 1)
  t.same([...read("y")], [1, Number.NaN, 0, 0])
  kernels.leakyReluForward(at.x, at.y, 1, 0.5)
  t.same([...read("y")], [1, Number.NaN, -0.5, 0])
  kernels.sigmoidForward(at.x, at.y, 1, 4, VECTOR)
  t.ok(Number.isNaN(read("y")[1]))
  const states = arena.allocate(64)
  kernels.dropoutForward(at.x, at.y, at.mask, 1, states, 0xffffffff, 2)
  t.ok(Number.isNaN(read("y")[1]))
  const winners = arena.allocate(16)
  kernels.maxPoolForward(at.x, VECTOR, 1, 2, 2, 1, 2, 2, 2, 2, 0, 0, at.y, VECTOR, 1, 1, winners)
  t.ok(Number.isNaN(read("y")[0]))
  t.equal(kernels.anyNonFinite(at.x, 1), 1)
  arena.floats(at.x, 4).set([1, 2, 3, Number.POSITIVE_INFINITY])
  t.equal(kernels.anyNonFinite(at.x, 1), 1)
  arena.floats(at.x, 4).set([1, 2, 3, 3e38])
  t.equal(kernels.anyNonFinite(at.x, 1), 0)
})

t.test("dropout keeps its share of values and divides them by it", async (t) => {
  const n = 40_000
  const { kernels, arena, at, read } = placed({
    x: new Float32Array(n).fill(1),
    y: new Float32Array(n),
    mask: new Float32Array(n),
  })
  const states = arena.allocate(64)
  arena.words(states, 16).set(Uint32Array.from({ length: 16 }, (_, i) => 0x9e3779b9 * (i + 1)))
  kernels.dropoutForward(at.x, at.y, at.mask, n / 4, states, 0.25 * 2 ** 32, 1 / 0.75)
  const kept = read("y").filter((value) => value !== 0)
  t.ok(Math.abs(kept.length / n - 0.75) < 0.01, `${kept.length / n}`)
  t.ok(kept.every((value) => value === f(1 / 0.75)))
})
