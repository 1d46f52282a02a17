// Virtual environments of Python as tests need them: without pip, and with distributions that are nothing but their records; and one with
// scikit-learn, where that has been made.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { digestOf } from "../../engine/content/digest.ts"

/** Why there is none here: an answer for `skip`; false where there is one. */
export const noPython: string | false =
  process.platform === "win32" || spawnSync("python3", ["-c", "import venv"]).status !== 0
    ? "there is no python3 with venv here"
    : false

/** What `test/examples/setup.sh` makes: with pip, numpy and scikit-learn. It is linked to, and never changed. */
export const scientificVenv =
  process.env.REFOLD_EXAMPLE_VENV ??
  fileURLToPath(new URL("../../node_modules/.cache/refold-example-venv", import.meta.url))

/** Why it is not there. */
export const noScientificVenv: string | false = existsSync(join(scientificVenv, "made-from.txt"))
  ? false
  : `there is no scikit-learn in ${scientificVenv}: test/examples/setup.sh installs it`

/** @returns the folder of what is installed */
export function makeVenv(project: string, python = "python3"): string {
  const made = spawnSync(python, ["-m", "venv", "--without-pip", join(project, ".venv")], {
    encoding: "utf8",
  })
  if (made.status !== 0) throw new Error(made.stderr)
  const lib = join(project, ".venv/lib")
  return join(lib, readdirSync(lib).find((name) => name.startsWith("python"))!, "site-packages")
}

/** Puts a distribution of one module there, in place of any other version of it. */
export function install(packages: string, name: string, version: string): void {
  for (const each of existsSync(packages) ? readdirSync(packages) : [])
    if (each.startsWith(`${name}-`)) rmSync(join(packages, each), { recursive: true })
  const own = join(packages, `${name}-${version}.dist-info`)
  mkdirSync(own)
  const module = `version = "${version}"\n`
  writeFileSync(join(packages, `${name}.py`), module)
  writeFileSync(join(own, "METADATA"), `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`)
  writeFileSync(
    join(own, "RECORD"),
    [
      `${name}.py,sha256=${digestOf(module)},${module.length}`,
      `../../../bin/${name},sha256=${digestOf(packages)},1`,
      `${name}-${version}.dist-info/RECORD,,`,
    ].join("\n"),
  )
}
