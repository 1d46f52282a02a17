import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, posix, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import t from "tap"
import { bundled, ON_KERNELS, ON_TENSORFLOW } from "./support/bundled.ts"

const root = resolve(fileURLToPath(import.meta.url), "../..")

const isElsewhere = (name: string): boolean =>
  name.startsWith(".") || /^(node_modules|test|artifacts|dist.*)$/.test(name)

/** Our source files: generated ones and tests are nobody's layer. */
const files = readdirSync(root, { withFileTypes: true })
  .filter((entry) => !isElsewhere(entry.name))
  .flatMap((entry) =>
    entry.isDirectory()
      ? readdirSync(join(root, entry.name), { recursive: true, encoding: "utf8" }).map((path) =>
          posix.join(entry.name, path.replaceAll("\\", "/")),
        )
      : [entry.name],
  )
  .filter((path) => /\.(ts|mjs)$/.test(path))
  .sort()

/** Programs of their own, that no run ever loads: a layer's rules are not theirs. */
const isScript = (path: string): boolean =>
  path === "experiments/sample/make.ts" || /^ml\/kernels\/(build|compile|generate)\.ts$/.test(path)

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`\\])\/\/.*$/gm, "$1")

const code = new Map(files.map((path) => [path, withoutComments(readFileSync(join(root, path), "utf8"))]))

/** The files of ours that a file imports, for its types too: knowing a type is knowing. */
const imports = (path: string): ReadonlyArray<string> =>
  [...code.get(path)!.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]*)"/g)]
    .map(([, target]) => posix.join(posix.dirname(path), target!))
    .filter((target) => /\.(ts|mjs)$/.test(target))

interface Rule {
  /** What its files are: a path's beginning. The first rule that fits a file is its rule. */
  readonly of: string
  readonly may: ReadonlyArray<string>
}

const pureData = ["engine/canonical.ts", "engine/digest.ts", "engine/fingerprint.ts", "engine/kind.ts"]
/** What events carry: unions of reasons and of differences. */
const eventData = ["engine/explain.ts", "engine/verify/difference.ts"]
const declaring = ["engine/stage.ts", "engine/experiment.ts"]

const rules: Readonly<Record<string, ReadonlyArray<Rule>>> = {
  "the layers import downwards only": [
    // The program tells the engine what computes, and what compares.
    {
      of: "pipeline.ts",
      may: ["engine/", "experiments/", "ml/data/compare-tensors.ts", "backends/choose.ts", "probes/"],
    },
    {
      of: "probes/",
      may: [
        "probes/",
        "backends/",
        "ml/",
        "stages/fetch/places.ts",
        "setup/tensorflow/load.ts",
        "engine/doctor/finding.ts",
      ],
    },
    { of: "backends/", may: ["backends/", "ml/", "setup/", "engine/backend.ts", "engine/resolve.ts"] },
    { of: "experiments/", may: ["experiments/", "stages/", ...declaring, "ml/"] },
    { of: "stages/", may: ["stages/fetch/", "stages/describe/", "ml/", "engine/stage.ts"] },
    { of: "ml/", may: ["ml/"] },
    { of: "engine/", may: ["engine/"] },
    { of: "bench/", may: ["bench/", "backends/", "setup/", "ml/", "engine/"] },
    { of: "setup/", may: ["setup/"] },
  ],
  "the store and the ledger know neither each other nor what runs": [
    { of: "engine/store/", may: ["engine/store/", ...pureData] },
    { of: "engine/ledger/", may: ["engine/ledger/", ...pureData] },
  ],
  "what prints sees events, and the reasons that they carry": [
    { of: "engine/readers/", may: ["engine/readers/", "engine/events.ts", ...eventData] },
  ],
  "a page sees kinds, and how readers write numbers": [
    {
      of: "engine/page",
      may: [
        "engine/page/",
        "engine/readers/reasons.ts",
        "engine/params.ts",
        "engine/ledger/ledger.ts",
        ...pureData,
      ],
    },
  ],
  "a worker knows no store and no ledger": [
    {
      of: "engine/worker/",
      may: [
        "engine/worker/",
        "engine/executor.ts",
        "engine/cores.ts",
        "engine/import.ts",
        "engine/params.ts",
        "engine/stage.ts",
        "engine/effect-global.ts",
        "engine/kept-states.ts",
        ...pureData,
      ],
    },
  ],
  "a key is made of pure parts": [
    { of: "engine/canonical.ts", may: [] },
    { of: "engine/fingerprint.ts", may: pureData },
    { of: "engine/explain.ts", may: pureData },
  ],
  "what a stage's bundle takes from the engine imports nothing of it but types": [
    { of: "engine/stage.ts", may: ["engine/kind.ts"] },
    { of: "engine/experiment.ts", may: ["engine/stage.ts"] },
  ],
}

for (const [law, parts] of Object.entries(rules)) {
  t.test(law, async (t) => {
    for (const { of, may } of parts) {
      const own = files.filter((path) => path.startsWith(of) && !isScript(path))
      t.ok(own.length > 0, `${of} has files`)
      const breaches = own.flatMap((path) =>
        imports(path)
          .filter((target) => !may.some((allowed) => target.startsWith(allowed)))
          .map((target) => `${path} imports ${target}`),
      )
      t.same(breaches, [], `${of} imports ${may.join(", ") || "nothing of ours"}`)
    }
  })
}

/** Folders of ml/, the lowest first. */
const floors = [
  ...["statistics", "data", "kernels", "layers", "network", "training", "wasm", "tensorflow"],
  ...["search", "coursework", "charts"],
].map((folder) => `ml/${folder}/`)

t.test("a folder of ml imports only from floors below it", async (t) => {
  const floorOf = (path: string): number => floors.findIndex((floor) => path.startsWith(floor))
  const own = files.filter((path) => path.startsWith("ml/"))
  t.same(
    own.filter((path) => floorOf(path) < 0),
    [],
    "every file stands on a floor",
  )
  const breaches = own
    .filter((path) => !isScript(path))
    .flatMap((path) =>
      imports(path)
        .filter((target) => floorOf(target) > floorOf(path))
        .map((target) => `${path} imports ${target}`),
    )
  t.same(breaches, [])
})

t.test("every source file stands in a layer, and what it imports is a file", async (t) => {
  const layers = rules["the layers import downwards only"]!
  t.same(
    files.filter((path) => !layers.some(({ of }) => path.startsWith(of))),
    [],
  )
  const targets = new Set(files.flatMap(imports))
  t.ok(targets.size > 100, "imports are found")
  t.same(
    [...targets].filter((target) => !existsSync(join(root, target))),
    [],
  )
})

t.test(
  "what an experiment takes from ml is declarations and arithmetic: it reads nothing and computes no tensor",
  async (t) => {
    const experiments = files.filter((path) => path.startsWith("experiments/") && !isScript(path))
    const { bytes, packages, text } = await bundled(
      root,
      experiments.map((path, i) => `export * as e${i} from "./${path}"`).join("\n"),
      /\/(stages|engine)\//,
    )
    const taken = Object.keys(bytes).filter((path) => path.startsWith("ml/"))
    t.ok(taken.includes("ml/data/datasets.ts"))
    t.ok(taken.includes("ml/layers/convolution.ts"), "schemas of layers are among the declarations")
    t.same(
      packages.filter((name) => name.startsWith("node:")),
      [],
    )
    t.same(
      taken.filter((path) => /^ml\/(kernels|wasm|tensorflow)\//.test(path)),
      [],
    )
    t.notMatch(text, ON_KERNELS)
    t.notMatch(text, ON_TENSORFLOW)
  },
)

t.test("stages import no stage but each its own parts", async (t) => {
  const breaches = files
    .filter((path) => path.startsWith("stages/"))
    .flatMap((path) => {
      const parts = `${path.replace(/^(stages\/[^/.]+).*$/, "$1")}/`
      return imports(path)
        .filter((target) => target.startsWith("stages/") && !target.startsWith(parts))
        .map((target) => `${path} imports ${target}`)
    })
  t.same(breaches, [])
})

/** The lines of some files where a pattern stands in code. */
const found = (isGuarded: (path: string) => boolean, pattern: RegExp): ReadonlyArray<string> =>
  files
    .filter((path) => isGuarded(path) && !isScript(path))
    .flatMap((path) =>
      code
        .get(path)!
        .split("\n")
        .filter((line) => pattern.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    )

t.test("stages and ml use nothing that differs from run to run or from place to place", async (t) => {
  const isHashed = (path: string): boolean => /^(stages|ml)\//.test(path)
  t.same(found(isHashed, /\bMath\.random\b|\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/), [])
  t.same(found(isHashed, /\.localeCompare\b|\.toLocale\w*\b|\bIntl\./), [])
})

t.test("no word of machine learning stands in the engine's code", async (t) => {
  const isEngine = (path: string): boolean => path.startsWith("engine/")
  t.same(found(isEngine, /\b(epochs?|dropout|accuracy|weights|gradients?|neural|lenet|mnist)\b/i), [])
})

t.test("no word of stages or engine stands in the code of ml", async (t) => {
  t.same(
    found((path) => path.startsWith("ml/"), /["'`/](engine|stages)\/|\brefold\b/i),
    [],
  )
})

t.test("no source file is longer than 300 lines, and each opens by saying what it is for", async (t) => {
  const texts = files.map((path) => [path, readFileSync(join(root, path), "utf8")] as const)
  t.same(
    texts.filter(([, text]) => text.split("\n").length > 301).map(([path]) => path),
    [],
  )
  t.same(
    texts.filter(([, text]) => !/^(#!.*\n)?(\/\/|\/\*\*?) ?\S/.test(text)).map(([path]) => path),
    [],
  )
})
