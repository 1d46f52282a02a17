// The one small project as data: which stages there are, what each takes and gives, and with which params. It knows no tool.

export interface StageSpec {
  readonly name: string
  /** What the tool calls it, if not by the name of its function. */
  readonly label?: string
  /** The module that holds it, if not one of its own name. */
  readonly module?: string
  /** Roles in the order in which its function takes them. */
  readonly roles: ReadonlyArray<string>
  /** Role → path. */
  readonly inputs: Readonly<Record<string, string>>
  readonly outputs: ReadonlyArray<string>
  readonly params: Readonly<Record<string, number | string>>
  /** Modules that it imports, near and far, and whether a package is among what those import. */
  readonly code: ReadonlyArray<string>
  readonly usesPackage?: boolean
  /** Further files that it says it reads. */
  readonly reads?: ReadonlyArray<string>
  readonly timeout?: number
  readonly retries?: number
}

/** A table is cleaned and scored by the words of a text; the best and the rest are compared, and that is shown on a page. */
export const stages: ReadonlyArray<StageSpec> = [
  {
    name: "clean",
    roles: ["table"],
    inputs: { table: "data/table.csv" },
    outputs: ["out/rows.json"],
    params: { least: 4 },
    code: [],
  },
  {
    name: "words",
    roles: ["text"],
    inputs: { text: "data/text.txt" },
    outputs: ["out/words.json"],
    params: {},
    code: [],
  },
  {
    name: "score",
    roles: ["rows", "words"],
    inputs: { rows: "out/rows.json", words: "out/words.json" },
    outputs: ["out/high.json", "out/low.json"],
    params: { seed: 1, weight: 2 },
    code: ["model", "features"],
    usesPackage: true,
    timeout: 60,
    retries: 1,
  },
  {
    name: "summary",
    roles: ["high", "low"],
    inputs: { high: "out/high.json", low: "out/low.json" },
    outputs: ["out/summary.json"],
    params: { digits: 2 },
    code: [],
  },
  {
    name: "page",
    roles: ["summary"],
    inputs: { summary: "out/summary.json" },
    outputs: ["out/page.html"],
    params: { title: "Sizes" },
    code: [],
  },
]

export const data = {
  "data/table.csv": "name,size\nada,3\nbob,5\ncyd,8\ndan,x\neli,9\nfay,4\n",
  "data/text.txt": "The dog and the cat and the bird\n",
}

/** The names that `path` goes by in `stages`: an output's stage, with the place of the output. */
export const maker = (
  stages: ReadonlyArray<StageSpec>,
  path: string,
): { readonly stage: StageSpec; readonly at: number } | undefined =>
  stages.flatMap((stage) => {
    const at = stage.outputs.indexOf(path)
    return at < 0 ? [] : [{ stage, at }]
  })[0]

export const labelOf = ({ name, label }: StageSpec): string => label ?? name
export const moduleOf = ({ name, module }: StageSpec): string => module ?? name

/** The paths of a stage's inputs in the order in which its function takes them. */
export const given = ({ roles, inputs }: StageSpec): ReadonlyArray<string> =>
  roles.map((role) => inputs[role]!)
