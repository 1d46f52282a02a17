// in turn, in CI: it starts processes.
// Whether what pip does to a virtual environment is seen: a wheel that is made here, installed without a network.
import { spawnSync } from "node:child_process"
import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { zipSync } from "fflate"
import t from "tap"
import { digestOf } from "../../../../engine/content/digest.ts"
import { type Project, project } from "../../../../engine/testing/project.ts"
import { makeVenv, noScientificVenv, scientificVenv } from "../../../support/virtual-environment.ts"

const declared = `
import { Schema } from "effect"
import { experiment, python } from "refold"
export const fit = python("fit", { script: "fit.py", venv: ".venv", deterministic: true, params: Schema.Struct({}), inputs: {}, outputs: { out: "json" } })
export default experiment("one", {}, () => ({ fit: fit({}) }))
`
const script = "import json, sys, widget\njson.dump(widget.value, open(sys.argv[2], 'w'))\n"

const versionOf = (python: string): string | undefined => {
  const { status, stdout } = spawnSync(python, ["-c", "import sys, venv; print(sys.version)"], {
    encoding: "utf8",
  })
  return status === 0 ? stdout : undefined
}

/** A Python of this machine that is not the usual one. */
const other = ["/usr/bin/python3", "python3.13", "python3.12", "python3.11", "python3.10"].find(
  (python) => ![undefined, versionOf("python3")].includes(versionOf(python)),
)
const noOther = other === undefined && "there is one version of Python here"

/** @returns the path of a wheel of one module */
function wheel(folder: string, version: string, value: number): string {
  const own = `widget-${version}.dist-info`
  const files: Readonly<Record<string, string>> = {
    "widget.py": `value = ${value}\n`,
    [`${own}/METADATA`]: `Metadata-Version: 2.1\nName: widget\nVersion: ${version}\n`,
    [`${own}/WHEEL`]: "Wheel-Version: 1.0\nGenerator: by-hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
  }
  const base64 = (text: string) => Buffer.from(digestOf(text), "hex").toString("base64url")
  const record = Object.entries(files).map(([name, text]) => `${name},sha256=${base64(text)},${text.length}`)
  const all = { ...files, [`${own}/RECORD`]: `${[...record, `${own}/RECORD,,`].join("\n")}\n` }
  const path = join(folder, `widget-${version}-py3-none-any.whl`)
  const bytes = Object.entries(all).map(([name, text]) => [name, new TextEncoder().encode(text)] as const)
  writeFileSync(path, zipSync(Object.fromEntries(bytes)))
  return path
}

/** By the pip of another environment, as making one with a pip of its own takes seconds. */
function pip(lab: Project, ...args: ReadonlyArray<string>): void {
  const asked = [
    "-m",
    "pip",
    "--quiet",
    "--disable-pip-version-check",
    "--python",
    join(lab.root, ".venv/bin/python"),
  ]
  const done = spawnSync(join(scientificVenv, "bin/python"), [...asked, ...args], { encoding: "utf8" })
  if (done.status !== 0) throw new Error(done.stderr)
}

t.test(
  "another version that pip installs runs the program again and is named; the same one installed anew, or what Python compiles, is not",
  { skip: noScientificVenv },
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "experiments/one.ts": declared,
      "experiments/fit.py": script,
    })
    makeVenv(lab.root)
    const install = (version: string, value: number) =>
      pip(lab, "install", "--no-index", "--no-deps", "--force-reinstall", wheel(lab.root, version, value))
    const status = async () => (await lab.json("--exp", "one")).tasks.fit
    install("1.0", 1)
    t.equal(await status(), "ran")
    pip(
      lab,
      "install",
      "--no-index",
      "--no-deps",
      "--force-reinstall",
      join(lab.root, "widget-1.0-py3-none-any.whl"),
    )
    t.equal(await status(), "cached")
    const imported = spawnSync(join(lab.root, ".venv/bin/python"), ["-c", "import widget"])
    t.equal(imported.status, 0)
    t.equal(await status(), "cached")

    install("1.1", 2)
    t.match((await lab.plain("why", "fit", "--exp", "one")).stdout, /package widget 1\.0 → 1\.1/)
    t.equal(await status(), "ran")
    install("1.1", 3)
    t.match((await lab.plain("why", "fit", "--exp", "one")).stdout, /widget/, "another build of one version")
    t.equal(await status(), "ran")
    install("1.0", 1)
    t.equal(await status(), "cached", "back to what was")

    await t.test("another interpreter is named with its version", { skip: noOther }, async (t) => {
      rmSync(join(lab.root, ".venv"), { recursive: true })
      makeVenv(lab.root, other)
      install("1.0", 1)
      const { stdout } = await lab.plain("why", "fit", "--exp", "one")
      t.match(stdout, /executable python [0-9a-f]{8} → [0-9a-f]{8}/)
      t.match(stdout, /version Python [\d.]+ → Python [\d.]+/)
      t.equal(await status(), "ran")
    })
  },
)
