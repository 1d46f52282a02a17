// Edits of code: those that cannot change a result, and those that do.
import { all, append, by, edit, move, rename, replace, rewire, rewireStage, write } from "../steps.ts"
import type { Edit, Step } from "../tool.ts"

const scoreAndAfter = ["score", "summary", "page"]

const comment: Step = by({
  python: edit("score", "    scored = []", "    # what each row is worth\n    scored = []"),
  javascript: edit("score", "  const scored = []", "  // what each row is worth\n  const scored = []"),
  typescript: edit("score", "    const scored = []", "    // what each row is worth\n    const scored = []"),
})

const type: Step = by({
  python: edit("score", "total = 0", "total: float = 0"),
  javascript: edit("score", "let total = 0", "/** @type {number} */ let total = 0"),
  typescript: edit("score", "let total = 0", "let total: number = 0"),
})

const unused: Step = by({
  python: append("features", "\n\ndef unused(size):\n    return size + 1\n"),
  javascript: append("features", "\nexports.unused = (size) => size + 1\n"),
  typescript: append("features", "\nexport const unused = (size: number): number => size + 1\n"),
})

const wins: Step = by({
  python: write(
    "steps/features/__init__.py",
    "from tally import tally\n\nBASE = 3\n\n\ndef magnitude(size, words):\n    return size * BASE + tally(words)\n",
  ),
  javascript: write(
    "lib/features.js",
    `const { tally } = require("tally")\n\nexports.magnitude = (size, words) => size * 3 + tally(words)\n`,
  ),
  typescript: write(
    "lib/features.ts",
    `import { tally } from "tally"\n\nexport const magnitude = (size: number, words: Array<string>): number => size * 3 + tally(words)\n`,
  ),
})

/** In a project whose `model` is renamed, `score` imports it by its new name, and what lists files lists that. */
const fileRenamed: Step = all(
  (lab) => move(lab.tool.source("model"), lab.tool.source("weights"))(lab),
  edit("score", /from model import|lib\/model/, (found) => found.replace("model", "weights")),
  rewire((stages) =>
    stages.map((stage) => ({
      ...stage,
      code: stage.code.map((module) => (module === "model" ? "weights" : module)),
    })),
  ),
)

const codeMoved: Step = by({
  python: all(
    edit("score", "def clamp(value):\n    return min(value, 1000)\n\n\n", ""),
    edit("score", "from model import weigh\n", "from model import clamp, weigh\n"),
    append("model", "\n\ndef clamp(value):\n    return min(value, 1000)\n"),
  ),
  javascript: all(
    edit("score", "const clamp = (value) => Math.min(value, 1000)\n", ""),
    edit("score", "const { weigh }", "const { clamp, weigh }"),
    append("model", "\nexports.clamp = (value) => Math.min(value, 1000)\n"),
  ),
  typescript: all(
    edit("score", "const clamp = (value: number) => Math.min(value, 1000)\n", ""),
    edit("score", "import { weigh }", "import { clamp, weigh }"),
    append("model", "\nexport const clamp = (value: number) => Math.min(value, 1000)\n"),
  ),
})

/** The page's function in the module of the summary. */
const oneModule: Step = all(
  by({
    python: (lab) => joinPython(lab),
    javascript: all(
      edit("summary", "\ncommand({ summary })\n", ""),
      append(
        "summary",
        `
function page({ summary, title }) {
  return \`<h1>\${title}</h1><p>\${summary.gap} up to \${summary.top}</p>\`
}

command({ summary, page })
`,
      ),
    ),
    typescript: append(
      "summary",
      `
export const page = stage("page", {
  params: Schema.Struct({ title: Schema.String }),
  inputs: { summary: "value" },
  outputs: { page: "document" },
  run: ({ inputs: { summary: given }, params: { title } }) => {
    const summary = given as { gap: number; top: number }
    return { page: \`<h1>\${title}</h1><p>\${summary.gap} up to \${summary.top}</p>\` }
  },
})
`,
    ),
  }),
  rewireStage("page", (stage) => ({ ...stage, module: "summary" })),
)

/** As a command its function is named; as a script Snakemake says which rule it is for; to redun tasks are just functions. */
const joinPython: Step = (lab) => {
  const page = `    html = f"<h1>{title}</h1><p>{summary['gap']} up to {summary['top']}</p>"\n`
  const own: Readonly<Record<string, Step>> = {
    Snakemake: all(
      edit("summary", "\n\njob(summary, snakemake)\n", ""),
      append(
        "summary",
        `\n\ndef page(summary, title):\n${page}    return html\n\n\njob({"summary": summary, "page": page}[snakemake.rule], snakemake)\n`,
      ),
    ),
    redun: append(
      "summary",
      `\n\n@task()\ndef page(summary, title):\n    ran("page")\n${page}    file = File("out/page.html")\n    file.write(html)\n    return file\n`,
    ),
  }
  const command = all(
    edit("summary", `\n\nif __name__ == "__main__":\n    command(summary)\n`, ""),
    append(
      "summary",
      `\n\ndef page(summary, title):\n${page}    return html\n\n\nif __name__ == "__main__":\n    command(summary, page)\n`,
    ),
  )
  const join = own[lab.tool.name] ?? command
  join(lab)
}

export const codeEdits: ReadonlyArray<Edit> = [
  { name: "a comment", why: "a comment does not run", steps: comment },
  { name: "a type", why: "a type does not run", steps: type },
  { name: "white space", why: "it does not run", steps: edit("score", "total = 0", "total  =  0") },
  {
    name: "a local renamed",
    why: "no result has the name of a local",
    steps: rename("score", "total", "everything"),
  },
  { name: "an unused export", why: "nothing calls it", steps: unused },
  {
    name: "a refactor without effect",
    may: ["score"],
    why: "that sums are equal is seen only by computing them; what follows gets the same bytes",
    steps: edit("score", "total = total + value", "total = value + total"),
  },
  {
    name: "code moved between files",
    why: "the same functions run",
    steps: codeMoved,
  },
  { name: "a file renamed", why: "the same functions run", steps: fileRenamed },
  {
    name: "a default export's file renamed",
    why: "the same functions run",
    absent: { python: "Python has no default exports", javascript: "CommonJS has no default exports" },
    before: all(
      edit("model", "export const weigh = ", "export default "),
      edit("score", "import { weigh }", "import weigh"),
    ),
    steps: fileRenamed,
  },
  {
    name: "a helper two files away",
    must: scoreAndAfter,
    why: "`score` runs it",
    steps: edit("features", "size * BASE", "(size + 1) * BASE"),
  },
  {
    name: "a constant of a helper",
    must: scoreAndAfter,
    why: "`score` computes with it",
    steps: edit("features", "BASE = 2", "BASE = 3"),
  },
  {
    name: "a new file that wins resolution",
    must: scoreAndAfter,
    why: "another file runs where `features` is imported",
    steps: wins,
  },
  {
    name: "two stages in one module",
    must: ["page"],
    why: "the edit is in the page's function only",
    before: oneModule,
    steps: edit("summary", "up to", "and up to"),
  },
  {
    name: "tsconfig's target",
    why: "how code is written for an engine does not change what it gives",
    absent: { python: "nothing compiles it", javascript: "nothing compiles it" },
    steps: replace("tsconfig.json", "es2022", "es2015"),
  },
]
