// The house: which folder stands on which floor, that nothing imports in a circle, and how large its parts may be.
import { existsSync } from "node:fs"
import { join, posix } from "node:path"
import t from "tap"
import { files, imports, isScript, root, testFiles, textOf } from "./support/sources.ts"

/**
 * Every folder, from the ground up: a file imports from its own folder and from floors below it. Folders of one line stand
 * on one floor and do not know each other.
 */
const floors: ReadonlyArray<ReadonlyArray<string>> = [
  // What is declared, and the bytes that things are.
  ["engine/content"],
  ["engine/declare"],
  // What is kept.
  ["engine/store", "engine/ledger"],
  // What a task is called.
  ["engine/plan"],
  ["engine/code"],
  ["engine/key"],
  // What is told.
  ["engine/report"],
  // What happens.
  ["engine/worker/protocol.ts"],
  ["engine/worker/inside"],
  ["engine/worker"],
  ["engine/run"],
  // What a run means.
  ["engine/lock"],
  ["engine/session"],
  ["engine/verify"],
  ["engine/adopt"],
  // What a person types and calls; what tests and builds drive it with.
  ["engine/cli/doctor", "engine/cli/check"],
  ["engine/cli"],
  ["engine/index.ts", "engine/testing", "engine/build"],
  // The machine learning.
  ["ml/statistics"],
  ["ml/data"],
  ["ml/baselines"],
  ["ml/kernels"],
  ["ml/native"],
  ["ml/layers"],
  ["ml/losses"],
  ["ml/network"],
  ["ml/training"],
  ["ml/wasm", "ml/tensorflow", "ml/pytorch", "ml/numpy", "ml/layers-model"],
  ["ml/search"],
  ["ml/coursework"],
  ["ml/charts"],
  ["ml/explorer"],
  ["ml/index.ts"],
  // What it is used for.
  ["stages"],
  ["experiments"],
  ["setup"],
  ["backends"],
  ["probes"],
  ["pipeline.ts", "library.ts"],
  ["bench", "docs/build"],
]

/** Of the folders above, which part of the house each may see at all; a folder that is not named here sees no other. */
const views: ReadonlyArray<{ readonly of: string; readonly sees: ReadonlyArray<string> }> = [
  { of: "engine/", sees: ["engine/"] },
  { of: "ml/", sees: ["ml/"] },
  { of: "stages/", sees: ["stages/", "ml/", "engine/declare/index.ts"] },
  { of: "experiments/", sees: ["experiments/", "stages/", "ml/", "engine/declare/index.ts"] },
  { of: "setup/", sees: ["setup/", "ml/native/"] },
  {
    of: "backends/",
    sees: [
      "backends/",
      "setup/",
      "ml/",
      "engine/key/accelerators.ts",
      "engine/key/backend.ts",
      "engine/key/hashed-file.ts",
      "engine/key/numerics.ts",
    ],
  },
  {
    of: "probes/",
    sees: ["probes/", "backends/", "setup/", "stages/fetch/", "ml/", "engine/cli/doctor/finding.ts"],
  },
  // The program tells the engine what computes, and what compares.
  {
    of: "pipeline.ts",
    sees: [
      "engine/",
      "ml/data/compare-runs.ts",
      "ml/data/compare-tensors.ts",
      "ml/statistics/holm.ts",
      "backends/",
      "probes/index.ts",
      "setup/native/place.ts",
    ],
  },
  { of: "library.ts", sees: ["engine/index.ts", "engine/key/numerics.ts", "backends/portable.ts"] },
  { of: "bench/", sees: ["bench/", "backends/", "setup/", "ml/", "engine/"] },
  { of: "docs/build/", sees: ["docs/build/", "ml/search/halving.ts", "engine/"] },
]

/** What a part of the engine must not know although it stands above it. */
const blindSpots: Readonly<
  Record<string, ReadonlyArray<{ readonly of: string; readonly sees: ReadonlyArray<string> }>>
> = {
  "what prints sees events, and the reasons and differences that they carry": [
    {
      of: "engine/report/readers/",
      sees: [
        "engine/report/readers/",
        "engine/report/events.ts",
        "engine/report/differences.ts",
        "engine/report/visible.ts",
        "engine/key/explain.ts",
      ],
    },
  ],
  "a page sees kinds, groups of cells, and how readers write numbers": [
    {
      of: "engine/report/page/",
      sees: [
        "engine/report/page/",
        "engine/report/readers/reasons.ts",
        "engine/report/readers/sizes.ts",
        "engine/report/groups/",
        "engine/report/visible.ts",
        "engine/content/",
        "engine/declare/params.ts",
        "engine/declare/policy/best.ts",
        "engine/ledger/records.ts",
      ],
    },
  ],
  "a worker knows no ledger, and of the store no more than whole files, what is temporary and which states are kept":
    [
      {
        of: "engine/worker/",
        sees: [
          "engine/worker/",
          "engine/content/",
          "engine/declare/",
          "engine/code/import-module.ts",
          "engine/code/lend-effect.ts",
          "engine/code/places.ts",
          "engine/code/source-map.ts",
          "engine/key/numerics.ts",
          "engine/store/kept-states.ts",
          "engine/store/temporary-name.ts",
          "engine/store/whole-file.ts",
        ],
      },
    ],
  "a key is made of pure parts": [
    { of: "engine/content/canonical.ts", sees: [] },
    { of: "engine/key/fingerprint.ts", sees: ["engine/content/", "engine/ledger/records.ts"] },
    {
      of: "engine/key/explain.ts",
      sees: ["engine/content/", "engine/key/fingerprint.ts", "engine/ledger/records.ts"],
    },
  ],
}

const floorOf = (path: string): number =>
  floors.findIndex((folders) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`)))

/** The named folder that a file stands in: the deepest. */
const roomOf = (path: string): string =>
  floors
    .flat()
    .filter((folder) => path === folder || path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0]!

const breachesOf = (
  own: ReadonlyArray<string>,
  isAllowed: (path: string, target: string) => boolean,
): ReadonlyArray<string> =>
  own.flatMap((path) =>
    imports(path)
      .filter((target) => !isAllowed(path, target))
      .map((target) => `${path} imports ${target}`),
  )

t.test("a folder imports only from floors below it", async (t) => {
  t.same(
    files.filter((path) => floorOf(path) < 0),
    [],
    "every file stands on a floor",
  )
  for (const folder of floors.flat())
    t.ok(
      files.some((path) => path === folder || path.startsWith(`${folder}/`)),
      `${folder} has files`,
    )
  const loaded = files.filter((path) => !isScript(path))
  t.same(
    breachesOf(loaded, (path, target) => roomOf(target) === roomOf(path) || floorOf(target) < floorOf(path)),
    [],
  )
})

t.test("nothing imports in a circle", async (t) => {
  const done = new Set<string>()
  const circles: Array<string> = []
  const visit = (path: string, way: ReadonlyArray<string>): void => {
    const at = way.indexOf(path)
    if (at >= 0) circles.push([...way.slice(at), path].join(" → "))
    if (at >= 0 || done.has(path)) return
    for (const target of imports(path)) visit(target, [...way, path])
    done.add(path)
  }
  for (const path of files) visit(path, [])
  t.same(circles, [])
})

t.test(
  "engine and ml know neither each other nor what uses them; the rest knows what it is told of",
  async (t) => {
    for (const { of, sees } of views) {
      const own = files.filter((path) => path.startsWith(of) && !isScript(path))
      t.ok(own.length > 0, of)
      t.same(
        breachesOf(own, (_, target) => sees.some((seen) => target.startsWith(seen))),
        [],
        `${of} sees ${sees.join(", ")}`,
      )
    }
  },
)

for (const [law, parts] of Object.entries(blindSpots)) {
  t.test(law, async (t) => {
    for (const { of, sees } of parts) {
      const own = files.filter((path) => path.startsWith(of))
      t.ok(own.length > 0, of)
      t.same(
        breachesOf(own, (_, target) => sees.some((seen) => target.startsWith(seen))),
        [],
      )
    }
  })
}

t.test("what is imported is a file", async (t) => {
  const targets = new Set(files.flatMap(imports))
  t.ok(targets.size > 100, "imports are found")
  t.same(
    [...targets].filter((target) => !existsSync(join(root, target))),
    [],
  )
})

t.test("a stranger finds the right file: few rooms, few files side by side, none long", async (t) => {
  const byFolder = new Map<string, Array<string>>()
  for (const path of files) {
    const folder = posix.dirname(path)
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), path])
  }
  t.same(
    [...byFolder].filter(([, paths]) => paths.length > 24).map(([folder]) => folder),
    [],
    "at most 24 files side by side",
  )
  const rooms = new Set(files.flatMap((path) => /^engine\/([^/]+)\//.exec(path)?.[1] ?? []))
  t.ok(rooms.size <= 17, `${rooms.size} rooms at the top of engine/`)
  const lines = files.map((path) => textOf(path).split("\n").length - 1).sort((a, b) => a - b)
  t.ok(lines[lines.length >> 1]! <= 100, `the median file has ${lines[lines.length >> 1]} lines`)
  t.same(
    [...files, ...testFiles].filter((path) => textOf(path).split("\n").length > 301),
    [],
    "none has more than 300, tests neither",
  )
  t.same(
    files.filter((path) => !/^(#!.*\n)?(\/\/|\/\*\*?) ?\S/.test(textOf(path))),
    [],
    "each opens by saying what it is for",
  )
})

t.test("stages import no stage but each its own parts", async (t) => {
  const breaches = files
    .filter((path) => path.startsWith("stages/") && path !== "stages/index.ts")
    .flatMap((path) => {
      const parts = `${path.replace(/^(stages\/[^/.]+).*$/, "$1")}/`
      return imports(path)
        .filter((target) => target.startsWith("stages/") && !target.startsWith(parts))
        .map((target) => `${path} imports ${target}`)
    })
  t.same(breaches, [])
})

t.test("SQLite is reached through one face: nothing else in the engine names a driver", async (t) => {
  const naming = files.filter((path) => /["'](better-sqlite3|node:sqlite)["']/.test(textOf(path)))
  t.same(
    naming.filter((path) => !path.startsWith("engine/ledger/sqlite/")),
    [],
  )
  t.ok(naming.length >= 3, "the drivers are found")
})
