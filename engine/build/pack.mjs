// Makes all that the published package holds beside its sources: the bundles, and each module of its entries compiled, with its types.
import { execFileSync } from "node:child_process"
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import * as esbuild from "esbuild"
import { build } from "./build.mjs"

const path = (inside) => fileURLToPath(new URL(`../../${inside}`, import.meta.url))
const made = path(`dist.${process.pid}.modules`)

await build()
const compiler = path("node_modules/typescript-7/bin/tsc")
execFileSync(process.execPath, [compiler, "-p", path("tsconfig.build.json"), "--outDir", made], {
  stdio: ["ignore", 2, 2], // npm prints the tarball's name on standard output
})

// The engine is bundled; of its modules the types alone are wanted.
const isEngines = (file) => relative(made, file).startsWith("engine")
for (const file of filesIn(made)) if (isEngines(file) && file.endsWith(".js")) rmSync(file)

// What the compiler takes for given it hands on to nobody: what an import with `?script` gives.
const script = "declare/browser-script.d.ts"
copyFileSync(path(`engine/${script}`), join(made, "engine", script))
edit(join(made, "engine/index.d.ts"), (text) => `/// <reference path="./${script}" />\n${text}`)

// Nobody bundles where a compiled module is imported as it is: its scripts for browsers are made here.
const scripts = /from "(\.[^"]*)\.ts\?script"/g
for (const file of filesIn(made).filter((name) => name.endsWith(".js"))) {
  for (const [, name] of readFileSync(file, "utf8").matchAll(scripts))
    await makeScript(resolve(dirname(file), name))
  edit(file, (text) => text.replaceAll(scripts, 'from "$1.script.js"'))
}

// Types of a package that need not be there are any where it is not.
const { peerDependencies } = JSON.parse(readFileSync(path("package.json"), "utf8"))
const optional = new RegExp(
  `^.*"(${Object.keys(peerDependencies).join("|")}|@tensorflow/tfjs-core)".*$`,
  "gm",
)
for (const file of filesIn(made).filter((name) => name.endsWith(".d.ts")))
  edit(file, (text) => text.replaceAll(optional, "// @ts-ignore\n$&"))

replace(path("dist/modules"))

/** A module as one script for browsers, as the default export of a module beside it. */
async function makeScript(stem) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [path(`${relative(made, stem)}.ts`)],
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

/** Each file by a rename, and then away with what is no longer made: whoever packs beside misses nothing. */
function replace(folder) {
  const names = filesIn(made).map((file) => relative(made, file))
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    renameSync(join(made, name), join(folder, name))
  }
  const isMade = new Set(names)
  for (const file of filesIn(folder)) if (!isMade.has(relative(folder, file))) rmSync(file, { force: true })
  rmSync(made, { recursive: true, force: true, maxRetries: 5 })
}

function filesIn(folder) {
  const found = readdirSync(folder, { recursive: true }).map((name) => join(folder, name))
  return found.filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
}

function edit(file, change) {
  const text = readFileSync(file, "utf8")
  const changed = change(text)
  if (changed !== text) writeFileSync(file, changed)
}
