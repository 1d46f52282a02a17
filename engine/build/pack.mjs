// Makes all that the published package holds beside its sources: the bundles, and each module of its entries compiled, with its types.
import { execFileSync } from "node:child_process"
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import * as esbuild from "esbuild"
import { build } from "./build.mjs"

const path = (inside) => fileURLToPath(new URL(`../../${inside}`, import.meta.url))
const modules = path("dist/modules")

await build()
rmSync(modules, { recursive: true, force: true, maxRetries: 5 })
execFileSync(
  process.execPath,
  [path("node_modules/typescript-7/bin/tsc"), "-p", path("tsconfig.build.json")],
  {
    stdio: ["ignore", 2, 2], // npm prints the tarball's name on standard output
  },
)
const made = readdirSync(modules, { recursive: true }).map((name) => join(modules, name))

// The engine is bundled; of its modules the types alone are wanted.
for (const file of made) if (file.startsWith(join(modules, "engine")) && file.endsWith(".js")) rmSync(file)

// What the compiler takes for given it hands on to nobody: what an import with `?script` gives.
const script = "declare/browser-script.d.ts"
copyFileSync(path(`engine/${script}`), join(modules, "engine", script))
const index = join(modules, "engine/index.d.ts")
writeFileSync(index, `/// <reference path="./${script}" />\n${readFileSync(index, "utf8")}`)

// Nobody bundles where a compiled module is imported as it is: its scripts for browsers are made here.
async function makeScript(stem) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [path(`${relative(modules, stem)}.ts`)],
    conditions: ["module", "refold-source"],
    tsconfigRaw: {},
    bundle: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    minify: true,
    legalComments: "none",
    charset: "utf8",
    write: false,
  })
  mkdirSync(dirname(stem), { recursive: true })
  writeFileSync(`${stem}.script.js`, `export default ${JSON.stringify(outputFiles[0].text)}\n`)
}

const scripts = /from "(\.[^"]*)\.ts\?script"/g
for (const file of made.filter((name) => name.endsWith(".js") && !name.startsWith(join(modules, "engine")))) {
  const text = readFileSync(file, "utf8")
  for (const [, name] of text.matchAll(scripts)) await makeScript(resolve(dirname(file), name))
  writeFileSync(file, text.replaceAll(scripts, 'from "$1.script.js"'))
}

// Types of a package that need not be there are any where it is not.
const optional = /^.*"(@tensorflow\/[\w-]+|vega|vega-lite|arquero|@resvg\/[\w-]+)".*$/gm
for (const file of made.filter((name) => name.endsWith(".d.ts"))) {
  const text = readFileSync(file, "utf8")
  const ignoring = text.replaceAll(optional, "// @ts-ignore\n$&")
  if (ignoring !== text) writeFileSync(file, ignoring)
}
