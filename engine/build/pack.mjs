// Makes all that the published package holds: the bundles, and declarations of the library's types.
import { execFileSync } from "node:child_process"
import { rmSync } from "node:fs"
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
