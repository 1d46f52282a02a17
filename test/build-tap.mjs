// Builds tap for the plugins that .taprc names, once after each install: tap itself does so too late for its first run.
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const path = (file) => fileURLToPath(new URL(`../node_modules/${file}`, import.meta.url))
const built = readFileSync(path("@tapjs/test/test-built/dist/esm/index.js"), "utf8")
const left = [...readFileSync(new URL("../.taprc", import.meta.url), "utf8").matchAll(/"!(@tapjs\/\w+)"/g)]

if (left.some(([, plugin]) => built.includes(`"${plugin}"`))) {
  const { status } = spawnSync(process.execPath, [path("tap/dist/esm/run.mjs"), "build"], {
    stdio: "inherit",
  })
  process.exitCode = status ?? 1
}
