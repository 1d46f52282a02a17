// in turn, in CI: it packs, and has the tarball read by what reads packages before they are published.
import { join } from "node:path"
import t from "tap"
import { execute } from "../engine/testing/processes.ts"
import { packed } from "./support/installed.ts"
import { root } from "./support/sources.ts"

const { path } = await packed(t)
const program = (name: string, ...args: ReadonlyArray<string>) =>
  execute(root, process.execPath, [join(root, "node_modules", name), ...args])

t.test("publint finds nothing wrong with the package", async (t) => {
  const { code, stdout } = await program("publint/src/cli.js", path, "--strict")
  t.match(stdout, /All good!/)
  t.equal(code, 0)
})

t.test("every entry has types where there is ESM, by any way of resolution", async (t) => {
  const { code, stdout } = await program(
    "@arethetypeswrong/cli/dist/index.js",
    path,
    "--profile",
    "esm-only",
    "-f",
    "json",
  )
  const { analysis } = JSON.parse(stdout)
  t.same(Object.keys(analysis.entrypoints).sort(), [
    ".",
    "./charts",
    "./kernels.wasm",
    "./ml",
    "./package.json",
    "./stages",
  ])
  t.same(
    analysis.problems.filter(({ kind }: { kind: string }) => kind !== "CJSResolvesToESM"),
    [],
    "CommonJS loads it by import() alone",
  )
  t.equal(code, 0)
})
