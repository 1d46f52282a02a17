// The project in Python, as commands, as Snakemake's scripts or as redun's tasks; its functions are the same in all three.

import { write } from "./steps.ts"
import type { Step } from "./tool.ts"
import { data } from "./wiring.ts"

export type Style = "command" | "snakemake" | "redun"

export const source = (module: string): string => `steps/${module}.py`

/** What a function does with its text, and with the page that it made. */
interface Terms {
  readonly read: string
  readonly give: string
  readonly head: (includes: string) => string
  readonly first: (name: string) => string
  readonly tail: (name: string) => string
}

const terms: Readonly<Record<Style, Terms>> = {
  command: {
    read: "",
    give: "    return html\n",
    head: () => "",
    first: () => "",
    tail: (name) => `\n\nif __name__ == "__main__":\n    command(${name})\n`,
  },
  snakemake: {
    read: "",
    give: "    return html\n",
    head: () => "",
    first: () => "",
    tail: (name) => `\n\njob(${name}, snakemake)\n`,
  },
  redun: {
    read: ".read()",
    give: `    file = File("out/page.html")\n    file.write(html)\n    return file\n`,
    head: (includes) => `@task(${includes})\n`,
    first: (name) => `    ran("${name}")\n`,
    tail: () => "",
  },
}

const imports: Readonly<Record<Style, string>> = {
  command: "from lab import command\n",
  snakemake: "from lab import job\n",
  redun: `from lab import ran\nfrom redun import File, task\n\nredun_namespace = "lab"\n`,
}

/** Each stage's module, and the helpers behind `score`. */
export function sources(style: Style): Record<string, string> {
  const { read, give, head, first, tail } = terms[style]
  const stage = (name: string, text: string): string => `${imports[style]}${text}${tail(name)}`
  const included = "hash_includes=[clamp, weigh, magnitude, BASE, VERSION]"
  const further = style === "redun" ? "from features import BASE, magnitude\nfrom tally import VERSION\n" : ""
  return {
    [source("clean")]: stage(
      "clean",
      `

${head("")}def clean(table, least):
${first("clean")}    lines = table${read}.strip().split("\\n")[1:]
    rows = [line.split(",") for line in lines]
    return [{"name": name, "size": int(size)} for name, size in rows if size.isdigit() and int(size) >= least]
`,
    ),
    [source("words")]: stage(
      "words",
      `

${head("")}def words(text):
${first("words")}    return sorted(set(text${read}.lower().split()))
`,
    ),
    [source("score")]: stage(
      "score",
      `from model import weigh
${further}

def clamp(value):
    return min(value, 1000)


${head(included)}def score(rows, words, seed, weight, share=0.5):
${first("score")}    total = 0
    scored = []
    for row in rows:
        value = clamp(weigh(row, words, weight) + seed % 7)
        total = total + value
        scored.append({"name": row["name"], "value": value})
    bar = total / len(scored) * share * 2
    return [s for s in scored if s["value"] >= bar], [s for s in scored if s["value"] < bar]
`,
    ),
    [source("model")]: `from features import magnitude


def weigh(row, words, weight):
    return weight * magnitude(row["size"], words)
`,
    [source("features")]: `from tally import tally

BASE = 2


def magnitude(size, words):
    return size * BASE + tally(words)
`,
    [source("summary")]: stage(
      "summary",
      `

${head("")}def summary(high, low, digits):
${first("summary")}    top = sum(s["value"] for s in high) / max(1, len(high))
    rest = sum(s["value"] for s in low) / max(1, len(low))
    return {"gap": round((top - rest) / 3, digits), "top": round(top, digits)}
`,
    ),
    [source("page")]: stage(
      "page",
      `

${head("")}def page(summary, title):
${first("page")}    gap = str(summary["gap"])
    html = f"<h1>{title}</h1><p>{gap} up to {summary['top']}</p>"
${give}`,
    ),
    [source("lab")]: lab,
  }
}

/** What a person writes once: arguments, files of JSON or text, and, for this table, a note of what ran. */
const lab = `import json
import os
import sys


def ran(name):
    with open(os.environ["TRUTH_LOG"], "a") as log:
        log.write(name + "\\n")


def read(path):
    with open(path) as file:
        return json.load(file) if path.endswith(".json") else file.read()


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(json.dumps(content) if path.endswith(".json") else content)


def write_all(paths, results):
    for path, content in zip(paths, results if isinstance(results, tuple) else [results]):
        write(path, content)


def params_in(path, section):
    """Of a flat params.yaml."""
    found, inside = {}, False
    for line in open(path):
        if not line.startswith(" "):
            inside = line.strip() == section + ":"
        elif inside:
            name, value = line.strip().split(": ")
            found[name] = value
    return found


def value_of(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def command(*functions):
    """FUNCTION? INPUT... -o OUTPUT... --name=value... @file"""
    arguments = []
    for given in sys.argv[1:]:
        arguments += open(given[1:]).read().split() if given.startswith("@") else [given]
    options = dict(a[2:].split("=", 1) for a in arguments if a.startswith("--"))
    paths = [a for a in arguments if not a.startswith("--")]
    by_name = {function.__name__: function for function in functions}
    function = by_name[paths.pop(0)] if len(functions) > 1 else functions[0]
    if "params" in options:
        options = params_in(options["params"], function.__name__)
    at = paths.index("-o")
    ran(function.__name__)
    results = function(*map(read, paths[:at]), **{name: value_of(text) for name, text in options.items()})
    write_all(paths[at + 1 :], results)


def job(function, snakemake):
    ran(function.__name__)
    given = {name: read(path) for name, path in snakemake.input.items() if name not in ("code", "reads")}
    write_all(snakemake.output, function(**given, **dict(snakemake.params.items())))
`

const tally = (version: string): string =>
  `VERSION = "${version}"\n\n\ndef tally(words):\n    return len(words)${version === "1.0.0" ? "" : " + 1"}\n`

const requirements = (tally: string, other: string): string => `tally==${tally}\nother==${other}\n`

/** As a virtual environment holds them, on the path of modules; `other` is installed, and nothing imports it. */
export const packages: Readonly<Record<string, string>> = {
  "site/tally/__init__.py": tally("1.0.0"),
  "site/other/__init__.py": `VERSION = "1.0.0"\n`,
  "requirements.txt": requirements("1.0.0", "1.0.0"),
}

export const installTally = (version: string): Step => write("site/tally/__init__.py", tally(version))
export const installOther = (version: string): Step =>
  write("site/other/__init__.py", `VERSION = "${version}"\n`)
export const lockPackages = (tally: string, other: string): Step =>
  write("requirements.txt", requirements(tally, other))

export const pythonProject = (style: Style): Record<string, string> => ({
  ...data,
  ...packages,
  ...sources(style),
})
