// Runs the text of an exported model without Python: its modules in plain arithmetic, one example at a time, channels first, as
// PyTorch's documentation defines them. Whatever else the text might say, it does not understand and refuses.

export interface HeaderTensor {
  readonly dtype: string
  readonly shape: ReadonlyArray<number>
  readonly data: Float32Array
}

/** Of an image, or flat: a shape and its values in row-major order. */
interface Value {
  readonly shape: ReadonlyArray<number>
  readonly data: ReadonlyArray<number>
}

type Pair = readonly [number, number]

/** One line of `__init__`: a module with its arguments. */
export interface Module {
  readonly name: string
  readonly kind: string
  readonly given: ReadonlyArray<string>
  readonly named: Readonly<Record<string, string>>
}

/** The tensors of a safetensors file, with 64-bit counters as numbers too. */
export function tensorsIn(bytes: Uint8Array): Readonly<Record<string, HeaderTensor>> {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  const { __metadata__: _, ...header } = JSON.parse(
    new TextDecoder().decode(bytes.subarray(8, 8 + length)),
  ) as Record<
    string,
    { dtype: string; shape: ReadonlyArray<number>; data_offsets: readonly [number, number] }
  >
  return Object.fromEntries(
    Object.entries(header).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [start, end],
        },
      ]) => {
        const own = bytes.slice(8 + length + start, 8 + length + end).buffer
        const data =
          dtype === "I64" ? Float32Array.from(new BigInt64Array(own), Number) : new Float32Array(own)
        return [name, { dtype, shape, data }]
      },
    ),
  )
}

export const modulesIn = (text: string): ReadonlyArray<Module> =>
  [...text.matchAll(/^ {8}self\.(\w+) = nn\.(\w+)\((.*)\)$/gm)].map(([, name, kind, inside]) => {
    const parts = (inside!.match(/(?:\([^()]*\)|[^,()]|\w+\.\w+\([^()]*\))+/g) ?? []).map((part) =>
      part.trim(),
    )
    const isNamed = (part: string): boolean => /^\w+=/.test(part)
    return {
      name: name!,
      kind: kind!,
      given: parts.filter((part) => !isNamed(part)),
      named: Object.fromEntries(parts.filter(isNamed).map((part) => part.split("=", 2) as [string, string])),
    }
  })

/** The lines of `forward`, without their comments. */
export const forwardIn = (text: string): ReadonlyArray<string> =>
  text
    .slice(text.indexOf("def forward"), text.indexOf("def preprocess"))
    .split("\n")
    .slice(1)
    .map((line) => line.replace(/ {2}#.*$/, "").trim())
    .filter((line) => line !== "")

/** Runs `forward` on one image [channels, height, width]. */
export function runModel(
  text: string,
  state: Readonly<Record<string, HeaderTensor>>,
  image: Value,
): ReadonlyArray<number> {
  const modules = new Map(modulesIn(text).map((module) => [module.name, module]))
  let x = image
  const kept = new Map<string, Value>()
  /** A name, or one whose flat values are put channels last. */
  const termOf = (term: string): Value => {
    const [, name, ...sizes] =
      /^(\w+)(?:\.unflatten\(1, \((\d+), (\d+), (\d+)\)\)\.permute\(0, 2, 3, 1\)\.flatten\(1\))?$/.exec(term)!
    const { shape, data } = name === "x" ? x : kept.get(name!)!
    if (sizes[0] === undefined) return { shape, data }
    const [c, h, w] = sizes.map(Number) as [number, number, number]
    return { shape, data: data.map((_, i) => data[(i % c) * h * w + Math.floor(i / c)]!) }
  }
  for (const line of forwardIn(text)) {
    if (line === "return x") return x.data
    const padded = /^x = F\.pad\(x, \((\d+), (\d+), (\d+), (\d+)\)\)$/.exec(line)
    const assigned = /^(\w+) = ([^+]+?)(?: \+ (.+))?$/.exec(line)
    const joined = /^x = torch\.cat\(\[(.+)\], dim=1\)$/.exec(line)
    if (joined !== null) x = sideBySide(joined[1]!.split(/, (?=[a-z])/).map(termOf))
    else if (line.startsWith("x = self.")) x = called(line.slice(4), modules, state, x)
    else if (padded !== null) {
      const [left, right, top, bottom] = padded.slice(1).map(Number) as [number, number, number, number]
      x = surrounded(x, { left, right, top, bottom })
    } else if (assigned !== null && !line.includes("self.")) {
      const [, name, first, second] = assigned
      const { shape, data } = termOf(first!)
      const other = second === undefined ? undefined : termOf(second)
      const value = { shape, data: data.map((v, i) => v + (other?.data[i] ?? 0)) }
      if (name === "x") x = value
      else kept.set(name!, value)
    } else throw new Error(`forward says what no exported model says: ${line}`)
  }
  throw new Error("forward returns nothing")
}

/** Along the first axis, which are channels: values lie one map after the other. */
const sideBySide = (parts: ReadonlyArray<Value>): Value => ({
  shape: [parts.reduce((sum, { shape }) => sum + shape[0]!, 0), ...parts[0]!.shape.slice(1)],
  data: parts.flatMap(({ data }) => [...data]),
})

/** `self.NAME(…)`, innermost first; behind a call an index may leave out rows and columns in front. */
function called(
  text: string,
  modules: ReadonlyMap<string, Module>,
  state: Readonly<Record<string, HeaderTensor>>,
  x: Value,
): Value {
  if (text === "x") return x
  const [, name, inside, , rows = "0", columns = "0"] =
    /^self\.(\w+)\((.*)\)(\[:, :, (\d+):, (\d+):\])?$/.exec(text) ?? []
  const value = applied(modules.get(name!)!, state, called(inside!, modules, state, x))
  if (Number(rows) + Number(columns) === 0) return value
  const [c, h, w] = value.shape as readonly [number, number, number]
  return {
    shape: [c, h - Number(rows), w - Number(columns)],
    data: value.data.filter((_, i) => Math.floor(i / w) % h >= Number(rows) && i % w >= Number(columns)),
  }
}

const pairOf = (text: string): Pair => {
  const [first, second = first] = text.replace(/[()]/g, "").split(",").map(Number)
  return [first!, second!]
}

function applied(module: Module, state: Readonly<Record<string, HeaderTensor>>, x: Value): Value {
  const { name, kind, given, named } = module
  const values = (own: string): Float32Array => state[`${name}.${own}`]!.data
  const mapped = (f: (value: number, channel: number) => number): Value => {
    const size = x.data.length / x.shape[0]!
    return { shape: x.shape, data: x.data.map((value, i) => f(value, Math.floor(i / size))) }
  }
  switch (kind) {
    case "Conv2d":
      return convolved(x, values("weight"), values("bias"), {
        window: pairOf(named.kernel_size!),
        stride: pairOf(named.stride ?? "1"),
        padding: pairOf(named.padding ?? "0"),
        groups: Number(named.groups ?? "1"),
      })
    case "Linear": {
      const [weight, bias] = [values("weight"), values("bias")]
      const size = x.data.length
      const data = Array.from(bias, (b, i) =>
        x.data.reduce((sum, v, j) => sum + v * weight[i * size + j]!, b),
      )
      return { shape: [bias.length], data }
    }
    case "MaxPool2d":
    case "AvgPool2d":
      return pooled(module, x)
    case "BatchNorm1d":
    case "BatchNorm2d": {
      const [mean, variance] = [values("running_mean"), values("running_var")]
      const [scale, shift] = [values("weight"), values("bias")]
      const epsilon = Number(named.eps ?? "1e-5")
      return mapped((v, c) => ((v - mean[c]!) / Math.sqrt(variance[c]! + epsilon)) * scale[c]! + shift[c]!)
    }
    case "GroupNorm":
    case "LayerNorm": {
      const [scale, shift] = [values("weight"), values("bias")]
      const mean = x.data.reduce((sum, v) => sum + v, 0) / x.data.length
      const variance = x.data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.data.length
      const deviation = Math.sqrt(variance + Number(named.eps ?? "1e-5"))
      return mapped((v, c) => ((v - mean) / deviation) * scale[c]! + shift[c]!)
    }
    case "Sequential": {
      if (`${given}` !== "nn.AdaptiveAvgPool2d(1),nn.Flatten()") break
      const size = x.data.length / x.shape[0]!
      const data = Array.from({ length: x.shape[0]! }, (_, c) =>
        x.data.slice(c * size, (c + 1) * size).reduce((sum, v) => sum + v / size, 0),
      )
      return { shape: [data.length], data }
    }
    case "Flatten":
      return { shape: [x.data.length], data: x.data }
    case "Dropout":
      return x
    case "ReLU":
      return mapped((v) => Math.max(v, 0))
    case "LeakyReLU":
      return mapped((v) => (v < 0 ? v * Number(given[0]) : v))
    case "Tanh":
      return mapped(Math.tanh)
    case "Sigmoid":
      return mapped((v) => 1 / (1 + Math.exp(-v)))
  }
  throw new Error(`nn.${kind} is no module that is exported`)
}

function surrounded(
  x: Value,
  { left, right, top, bottom }: { left: number; right: number; top: number; bottom: number },
  filling = 0,
): Value {
  const [c, h, w] = x.shape as readonly [number, number, number]
  const [height, width] = [h + top + bottom, w + left + right]
  const data = new Array<number>(c * height * width).fill(filling)
  for (let i = 0; i < x.data.length; i++) {
    const [channel, row, column] = [Math.floor(i / (h * w)), Math.floor(i / w) % h, i % w]
    data[(channel * height + row + top) * width + column + left] = x.data[i]!
  }
  return { shape: [c, height, width], data }
}

interface Sliding {
  readonly window: Pair
  readonly stride: Pair
  readonly padding: Pair
  readonly groups: number
}

function convolved(
  x: Value,
  weight: Float32Array,
  bias: Float32Array,
  { window: [kh, kw], stride: [sy, sx], padding: [py, px], groups }: Sliding,
): Value {
  const { shape, data } = surrounded(x, { left: px, right: px, top: py, bottom: py })
  const [all, h, w] = shape as readonly [number, number, number]
  const c = all / groups
  const [height, width] = [Math.floor((h - kh) / sy) + 1, Math.floor((w - kw) / sx) + 1]
  const found: Array<number> = []
  for (let filter = 0; filter < bias.length; filter++)
    for (let at = 0; at < height * width; at++) {
      const [top, left] = [Math.floor(at / width) * sy, (at % width) * sx]
      let sum = bias[filter]!
      const first = Math.floor((filter * groups) / bias.length) * c
      for (let k = 0; k < c * kh * kw; k++) {
        const [channel, dy, dx] = [Math.floor(k / (kh * kw)), Math.floor(k / kw) % kh, k % kw]
        sum += weight[filter * c * kh * kw + k]! * data[((first + channel) * h + top + dy) * w + left + dx]!
      }
      found.push(sum)
    }
  return { shape: [bias.length, height, width], data: found }
}

function pooled({ kind, given, named }: Module, x: Value): Value {
  const window = pairOf(given[0]!)
  const stride = named.stride === undefined ? window : pairOf(named.stride)
  const padding = pairOf(named.padding ?? "0")
  const isCeiled = named.ceil_mode === "True"
  const [c, h, w] = x.shape as readonly [number, number, number]
  if (2 * padding[0] > window[0] || 2 * padding[1] > window[1])
    throw new Error("padding is at most half of a window")
  if (
    kind === "AvgPool2d" &&
    (isCeiled || padding[0] + padding[1] > 0) &&
    named.count_include_pad !== "False"
  )
    throw new Error("an average counts its padding")
  const along = (axis: 0 | 1, size: number): ReadonlyArray<Pair> => {
    const way = (size + 2 * padding[axis] - window[axis]) / stride[axis]
    let count = (isCeiled ? Math.ceil(way) : Math.floor(way)) + 1
    // A window that would begin behind the image, or behind what pads it before, is left out.
    if (isCeiled && (count - 1) * stride[axis] >= size + padding[axis]) count--
    return Array.from({ length: count }, (_, i) => {
      const start = i * stride[axis] - padding[axis]
      return [Math.max(start, 0), Math.min(start + window[axis], size)]
    })
  }
  const [rows, columns] = [along(0, h), along(1, w)]
  const data: Array<number> = []
  for (let channel = 0; channel < c; channel++)
    for (const [top, bottom] of rows)
      for (const [left, right] of columns) {
        const inside: Array<number> = []
        for (let row = top; row < bottom; row++)
          for (let column = left; column < right; column++)
            inside.push(x.data[(channel * h + row) * w + column]!)
        const sum = inside.reduce((a, b) => a + b, 0)
        data.push(kind === "MaxPool2d" ? inside.reduce((a, b) => Math.max(a, b)) : sum / inside.length)
      }
  return { shape: [c, rows.length, columns.length], data }
}
