// in turn, in CI: it starts processes.
// Native kernels on the command line: taken where they are built and proved, left where not, and in no key.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { nativeFolder, nativeLibrary, withoutCompiler } from "../../ml/support/native-library.ts"
import { labProject } from "../support/lab.ts"

const own = labProject(t)
own.write({
  "stages/add.ts": `
    import { Schema } from "effect"
    import { stage } from "refold"
    export const add = stage("add", {
      params: Schema.Struct({}), inputs: {}, outputs: { with: "value" }, numerics: "tensor",
      run: ({ accelerator }) => ({ with: typeof accelerator }),
    })`,
  "experiments/added.ts": `
    import { experiment } from "refold"
    import { add } from "../stages/add.ts"
    export default experiment("added", {}, () => ({ with: add({}, {}).with }))`,
})

/** A run where native kernels are set up in `folder`, if they are. */
const run = (folder: string, ...args: ReadonlyArray<string>) =>
  own.start(["--exp", "added", "--json", "--jobs", "1", ...args], { REFOLD_NATIVE_DIR: folder }).ended

const artifacts = (t: Parameters<typeof temporaryFolder>[0]) => ["--artifacts", temporaryFolder(t)]

t.test(
  "where none are set up nothing is said of kernels, and native ones are refused with what to do",
  async (t) => {
    const nowhere = join(temporaryFolder(t), "none")
    const plain = await run(nowhere, "--update-lock")
    t.equal(plain.code, 0, plain.stderr)
    t.equal(plain.of("run-started")[0]!.kernels, undefined)
    t.same(plain.of("results")[0]!.values, { with: "undefined" })
    const native = await run(nowhere, "--kernels", "native")
    t.equal(native.code, 2)
    t.match(native.stderr, /--kernels native: .*npm run setup:native/)
    const other = await run(nowhere, "--kernels", "nativ")
    t.equal(other.code, 2)
    t.match(other.stderr, /native, portable is offered.*did you mean "native"/)
  },
)

t.test(
  "where they are set up workers have them unless portable ones are asked for, and neither moves a key",
  { skip: withoutCompiler },
  async (t) => {
    await nativeLibrary()
    const store = artifacts(t)
    const native = await run(nativeFolder, ...store)
    t.equal(native.code, 0, native.stderr)
    t.match(native.of("run-started")[0]!.kernels, { name: /^native \(/, why: null })
    t.same(native.of("results")[0]!.values, { with: "function" })
    const portable = await run(nativeFolder, ...store, "--kernels", "portable")
    t.match(portable.of("run-started")[0]!.kernels, { name: "portable", why: null })
    t.match(portable.last, { ran: 0, cached: 1 })
    t.same((await run(nativeFolder, ...artifacts(t), "--kernels", "portable")).of("results")[0]!.values, {
      with: "undefined",
    })
  },
)

t.test("a recomputation is portable unless it is told otherwise", { skip: withoutCompiler }, async (t) => {
  await nativeLibrary()
  // The lock holds what the portable run gave: this stage, as none should, gives what it computes with.
  const verify = (...args: ReadonlyArray<string>) =>
    own.start(["verify", "--exp", "added", "--recompute", "all", ...args, ...artifacts(t)], {
      REFOLD_NATIVE_DIR: nativeFolder,
    }).ended
  t.equal((await verify()).code, 0)
  t.equal((await verify("--kernels", "native")).code, 3)
})

t.test(
  "a library that is not what was built is left where it is, and the run says so once and is portable",
  { skip: withoutCompiler },
  async (t) => {
    await nativeLibrary()
    const folder = temporaryFolder(t)
    for (const name of readdirSync(nativeFolder).filter((name) => name.endsWith(".json"))) {
      const about = readFileSync(join(nativeFolder, name), "utf8")
      writeFileSync(join(folder, name), about.replace(/"digest": "./, '"digest": "x'))
    }
    const { code, of, stderr } = await run(folder, ...artifacts(t))
    t.equal(code, 0, stderr)
    t.match(of("run-started")[0]!.kernels, { name: "portable", why: /not what was built.*setup:native/ })
    t.same(of("results")[0]!.values, { with: "undefined" })
    t.equal((await run(folder, ...artifacts(t), "--kernels", "native")).code, 2)
  },
)
