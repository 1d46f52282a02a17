// What is about: the environment, the folder, how many at once; and what a stage reads or does without saying so.
import { mkdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { rename } from "../../../engine/content/rename.ts"
import { all, by, edit, environment, replace, rewireStage, write } from "../steps.ts"
import type { Edit, Step } from "../tool.ts"

/** Shows a number as the reader's language has it: `toLocaleString` reads LANG in Node, `locale` and `gettext` in Python. */
const inLanguage: Step = by({
  python: all(
    edit("page", /^/, "import os\n"),
    edit(
      "page",
      `str(summary["gap"])`,
      `str(summary["gap"]).replace(".", "," if os.environ.get("LANG", "").startswith("de") else ".")`,
    ),
  ),
  javascript: edit("page", "String(summary.gap)", "summary.gap.toLocaleString()"),
  typescript: edit("page", "String(summary.gap)", "summary.gap.toLocaleString()"),
})

const atLocalTime: Step = by({
  python: all(
    edit("page", /^/, "import time\n"),
    edit("page", `str(summary["gap"])`, `str(summary["gap"]) + str(time.localtime(0).tm_hour)`),
  ),
  javascript: edit("page", "String(summary.gap)", "String(summary.gap) + new Date(0).getHours()"),
  typescript: edit("page", "String(summary.gap)", "String(summary.gap) + new Date(0).getHours()"),
})

/** The whole folder, with all that the tool keeps in it. */
const moved: Step = (lab) => {
  const elsewhere = join(dirname(lab.root), "elsewhere", "project")
  mkdirSync(dirname(elsewhere), { recursive: true })
  rename(lab.root, elsewhere)
  lab.root = elsewhere
}

export const callsScript: Step = all(
  write("scripts/bonus.sh", "echo 1\n"),
  by({
    python: all(
      edit("summary", /^/, "import subprocess\n"),
      edit(
        "summary",
        "    rest = ",
        `    top += int(subprocess.check_output(["sh", "scripts/bonus.sh"]))\n    rest = `,
      ),
    ),
    javascript: all(
      edit("summary", /^/, `const { execSync } = require("node:child_process")\n`),
      edit(
        "summary",
        "const top = mean(high)",
        `const top = mean(high) + Number(execSync("sh scripts/bonus.sh"))`,
      ),
    ),
    typescript: all(
      edit("summary", /^/, `import { execSync } from "node:child_process"\n`),
      edit(
        "summary",
        "const top = mean(high)",
        `const top = mean(high) + Number(execSync("sh scripts/bonus.sh"))`,
      ),
    ),
  }),
  rewireStage("summary", (stage) => ({ ...stage, reads: ["scripts/bonus.sh"] })),
)

const readsNote: Step = all(
  write("data/note.txt", "one\n"),
  by({
    python: edit("page", `str(summary["gap"])`, `str(summary["gap"]) + open("data/note.txt").read()`),
    javascript: edit(
      "page",
      "String(summary.gap)",
      `summary.gap + require("node:fs").readFileSync("data/note.txt", "utf8")`,
    ),
    typescript: all(
      edit("page", /^/, `import { readFileSync } from "node:fs"\n`),
      edit("page", "String(summary.gap)", `summary.gap + readFileSync("data/note.txt", "utf8")`),
    ),
  }),
)

/** A constant of the module becomes one that is worked out as it is loaded. */
const worked = (module: string, python: string, script: string): Step => {
  const inScript = edit("features", "BASE = 2", `BASE = 2 + ${script}`)
  return by({
    python: all(
      edit("features", /^/, `import ${module}\n`),
      edit("features", "BASE = 2", `BASE = 2 + ${python}`),
    ),
    javascript: inScript,
    typescript: inScript,
  })
}
const drawn = worked("random", "random.random()", "Math.random()")
const clocked = worked("time", "time.time_ns() % 997 / 1000", "(Date.now() % 997) / 1000")

export const surroundings: ReadonlyArray<Edit> = [
  {
    name: "NODE_OPTIONS",
    why: "options of the interpreter say how it runs, not what comes out",
    steps: environment({ NODE_OPTIONS: "--max-old-space-size=1000", PYTHONOPTIMIZE: "1" }),
  },
  {
    name: "LANG",
    may: ["page"],
    why: "the page writes a number as the language has it, and does not say so",
    before: inLanguage,
    steps: environment({ LANG: "de_DE.UTF-8" }),
    isRefusable: true,
  },
  {
    name: "TZ",
    may: ["page"],
    why: "the page shows a local time, and does not say so",
    before: atLocalTime,
    steps: environment({ TZ: "JST-9" }),
    isRefusable: true,
  },
  {
    name: "another working folder",
    why: "paths are of the project",
    steps: (lab) => {
      lab.from = "data"
    },
  },
  { name: "a moved clone", why: "paths are of the project", steps: moved },
  {
    name: "concurrency",
    why: "how many run at once changes no result",
    steps: (lab) => {
      lab.isParallel = true
    },
  },
  {
    name: "a script called by a stage",
    must: ["summary", "page"],
    why: "the summary has in it what the script says; where a tool lets one list the script, it is listed",
    before: callsScript,
    steps: replace("scripts/bonus.sh", "1", "2"),
    isRefusable: true,
  },
  {
    name: "a file that is read but undeclared",
    must: ["page"],
    why: "the page has it in it",
    before: readsNote,
    steps: replace("data/note.txt", "one", "two"),
    isRefusable: true,
  },
  {
    name: "module-level randomness",
    why: "what cannot be computed again is refused, or the same each time",
    before: drawn,
    isRefusable: true,
  },
  {
    name: "the clock",
    why: "what cannot be computed again is refused, or the same each time",
    before: clocked,
    isRefusable: true,
  },
  {
    name: "package.json's type",
    why: "the files run as they did",
    absent: { python: "npm's file" },
    steps: replace("package.json", `"name": "lab",`, `"name": "lab", "type": "commonjs",`),
  },
]
