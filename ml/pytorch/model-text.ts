// A network as the Python that one would write for PyTorch: a module, how images are prepared, how its weights are loaded.
import type { Normalization } from "../data/normalization.ts"
import type { Image } from "../layers/parts/pytorch.ts"
import type { Shape } from "../layers/parts/shape.ts"
import type { TrainedNetwork } from "../network/weights.ts"
import { type NamedLayer, pytorchLayers } from "./pytorch-network.ts"

interface Heading {
  /** What the model is, in one line. */
  readonly title: string
  /** Names of the classes, by class number. */
  readonly classes: ReadonlyArray<string>
}

/** Where `load` looks for the weights, beside the module. */
const weightsFile = "state_dict.safetensors"
/** Columns of a line that is put together of parts; a single part may be longer. */
const width = 100

export function modelText(
  { network, inputShape, normalization }: Pick<TrainedNetwork, "network" | "inputShape" | "normalization">,
  { title, classes }: Heading,
): string {
  const layers = pytorchLayers(network, inputShape)
  const isPadded = layers.some(({ margins }) => margins !== undefined)
  const lines = [
    text(title),
    "",
    "from pathlib import Path",
    "",
    "import torch",
    "from safetensors.torch import load_file",
    "from torch import nn",
    ...(isPadded ? ["from torch.nn import functional as F"] : []),
    "",
    ...filled("CLASSES = [", classes.map(text), "]"),
    "",
    "",
    "class Model(nn.Module):",
    "    def __init__(self):",
    "        super().__init__()",
    ...layers.flatMap(({ name, module }) => (module === undefined ? [] : `        self.${name} = ${module}`)),
    "",
    `    def forward(self, x):  # ${shapeText(inputShape)}`,
    ...forward(layers).map((line) => `        ${line}`),
    "        return x",
    "",
    "",
    ...preprocessing(inputShape, normalization),
    "",
    "",
    `def load(weights=Path(__file__).with_name("${weightsFile}")):`,
    "    model = Model()",
    "    model.load_state_dict(load_file(weights))",
    "    return model.eval()  # dropout off, running statistics in use",
  ]
  return `${lines.join("\n")}\n`
}

/** A line for each layer that multiplies by weights or changes what the axes are, with those after it that do not. */
function forward(layers: ReadonlyArray<NamedLayer>): ReadonlyArray<string> {
  const lines: Array<string> = []
  let [call, output]: [string, Shape | undefined] = ["x", undefined]
  const close = (): void => {
    if (output !== undefined) lines.push(`x = ${call}  # ${shapeText(output)}`)
    ;[call, output] = ["x", undefined]
  }
  let image: Image | undefined
  for (const { name, shape, margins, extra, keptAs, taken, ...layer } of layers) {
    if (taken.length > 0) {
      close()
      lines.push(`x = ${combined(shape, image, taken)}  # ${shapeText(shape.output)}`)
    }
    image = layer.image
    if (taken.length > 0) {
      if (keptAs !== undefined) lines.push(`${keptAs} = x`)
      continue
    }
    const opens =
      shape.input.length !== shape.output.length || shape.parameters.some(({ shape }) => shape.length > 1)
    if (opens || call.length + name.length + 20 > width) close()
    if (margins !== undefined) {
      const { left, right, top, bottom } = margins
      lines.push(`x = F.pad(x, (${left}, ${right}, ${top}, ${bottom}))  # left, right, top, bottom`)
    }
    call = `self.${name}(${call})${extra === undefined ? "" : without(extra)}`
    output = shape.output
    if (keptAs !== undefined) {
      close()
      lines.push(`${keptAs} = x`)
    }
  }
  close()
  return image === undefined ? lines : [...lines, `x = ${plain("x", image)}  # channels last`]
}

/** What a layer that has no module makes of `x` and of what it takes. */
function combined(
  { layer }: NamedLayer["shape"],
  image: Image | undefined,
  taken: NamedLayer["taken"],
): string {
  if (layer.type === "from") return taken[0]!.name
  const isAlike = layer.type === "add" && `${taken[0]!.image}` === `${image}`
  const own = isAlike ? "x" : plain("x", image)
  const others = taken.map((other) => (isAlike ? other.name : plain(other.name, other.image)))
  return layer.type === "add" ? `${own} + ${others[0]}` : `torch.cat([${[...others, own].join(", ")}], dim=1)`
}

/** An image's flat values in our order, channels last. */
function plain(name: string, image: Image | undefined): string {
  if (image === undefined) return name
  const [height, rows, channels] = image
  return `${name}.unflatten(1, (${channels}, ${height}, ${rows})).permute(0, 2, 3, 1).flatten(1)`
}

/** An index that leaves out so many rows and columns in front. */
const without = ([rows, columns]: readonly [number, number]): string => `[:, :, ${rows}:, ${columns}:]`

/** Multiplied as in training: a quotient by 255 may differ in its last bit. */
function preprocessing(inputShape: Shape, normalization?: Normalization): ReadonlyArray<string> {
  if (normalization !== undefined) return normalizing(inputShape, normalization)
  if (inputShape.length === 1)
    return [
      "def preprocess(rows):",
      `    """Floats [n, ${inputShape[0]}] as they are, or bytes times 1 / 255."""`,
      "    rows = torch.as_tensor(rows)",
      "    return rows.float() * (1 / 255) if rows.dtype == torch.uint8 else rows.float()",
    ]
  const [height, width, channels] = inputShape
  const [bytes, shape] =
    channels === 1
      ? [`[n, ${height}, ${width}]`, `reshape(-1, 1, ${height}, ${width})`]
      : [
          `[n, ${height}, ${width}, ${channels}]`,
          `reshape(-1, ${height}, ${width}, ${channels}).permute(0, 3, 1, 2)`,
        ]
  return [
    "def preprocess(images):",
    `    """Bytes ${bytes}, 0 to 255, as the model takes them: [n, ${channels}, ${height}, ${width}], 0 to 1."""`,
    `    return torch.as_tensor(images, dtype=torch.float32).${shape} * (1 / 255)`,
  ]
}

/** By mean and deviation of each channel or feature, as in training. */
function normalizing(inputShape: Shape, { mean, deviation }: Normalization): ReadonlyArray<string> {
  const isImage = inputShape.length === 3
  const [of, given, wanted] = isImage
    ? ["images", `[n, ${inputShape.join(", ")}]`, `[n, ${inputShape[2]}, ${inputShape[0]}, ${inputShape[1]}]`]
    : ["rows", `[n, ${inputShape[0]}]`, `[n, ${inputShape[0]}]`]
  const shape = `-1, ${inputShape.join(", ")}`
  return [
    ...filled("MEAN = torch.tensor([", mean.map(String), "])"),
    ...filled("DEVIATION = torch.tensor([", deviation.map(String), "])"),
    "",
    "",
    `def preprocess(${of}):`,
    `    """Raw values ${given} as the model takes them: ${wanted}, normalized."""`,
    `    values = torch.as_tensor(${of}, dtype=torch.float32).reshape(${shape})`,
    `    return ((values - MEAN) * (1 / DEVIATION))${isImage ? ".permute(0, 3, 1, 2)" : ""}`,
  ]
}

/** As PyTorch lays it out, without the axis of the examples. */
const shapeText = (shape: Shape): string =>
  shape.length === 1 ? `${shape[0]}` : `${shape[2]} x ${shape[0]} x ${shape[1]}`

/** A literal of Python's: what JSON escapes, it reads. */
const text = (given: string): string => JSON.stringify(given)

/** Parts between brackets, in one line or in as many as they fill. */
function filled(open: string, parts: ReadonlyArray<string>, end: string): ReadonlyArray<string> {
  const line = `${open}${parts.join(", ")}${end}`
  if (line.length <= width) return [line]
  const lines: Array<string> = []
  let current = "   "
  for (const part of parts) {
    if (current.length + part.length + 2 > width && current.trim() !== "") {
      lines.push(current)
      current = "   "
    }
    current += ` ${part},`
  }
  return [open, ...lines, current, end]
}
