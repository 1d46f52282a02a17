// Makes all that the published package holds: the bundles, and declarations of the library's types.
import { execFileSync } from "node:child_process"
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { build } from "./build.mjs"

const path = (relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url))

await build()
rmSync(path("dist/types"), { recursive: true, force: true, maxRetries: 5 })
execFileSync(
  process.execPath,
  [path("node_modules/typescript-7/bin/tsc"), "-p", path("tsconfig.build.json")],
  {
    stdio: ["ignore", 2, 2], // npm prints the tarball's name on standard output
  },
)

// What the compiler takes for given it hands on to nobody: what an import with `?script` gives.
const script = "declare/browser-script.d.ts"
copyFileSync(path(`engine/${script}`), path(`dist/types/${script}`))
const index = path("dist/types/index.d.ts")
writeFileSync(index, `/// <reference path="./${script}" />\n${readFileSync(index, "utf8")}`)
