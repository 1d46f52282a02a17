// in turn, in CI: it starts processes.
// setup:native with a compiler that is a script: it hands out a library that was built before, or fails when told to.
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { repository } from "../../engine/testing/command.ts"
import { execute } from "../../engine/testing/processes.ts"
import { temporaryFolder } from "../../engine/testing/temporary-folder.ts"
import { nativeKernels } from "../../setup/native/lanes.ts"
import { nativeLibrary, withoutCompiler } from "../ml/support/native-library.ts"

const skip = withoutCompiler
/** It starts what is bundled: to load the script of npm's by its sources would take longer than all that it does. */
const launch = join(repository, "engine/build/launch.mjs")

/** Linking hands out $LIBRARY; a version is said, so that another one is another compiler. */
const cc = `#!/bin/sh
case "$*" in *--version*) echo "cc \${VERSION:-1}"; exit 0 ;; esac
[ -z "$FAIL" ] || { echo "unknown type name" >&2; exit 1; }
for out; do :; done
case "$*" in *" -c "*) : >"$out" ;; *) cp "$LIBRARY" "$out" ;; esac
`

async function setup(t: Test, library?: string) {
  const folder = temporaryFolder(t)
  const [dir, compiler] = [join(folder, "native"), join(folder, "cc")]
  writeFileSync(compiler, cc)
  chmodSync(compiler, 0o755)
  const environment = { CC: compiler, LIBRARY: library ?? (await nativeLibrary()), FAIL: "", VERSION: "1" }
  const run = (args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}) =>
    execute(repository, process.execPath, [launch, "setup-native", "--dir", dir, ...args], {
      ...environment,
      ...more,
    })
  return { folder, dir, run }
}

t.test("what setup:native built is used from then on, until it is taken away", { skip }, async (t) => {
  const { dir, run } = await setup(t)
  t.match(nativeKernels(dir), { why: /npm run setup:native/ })
  const first = await run([])
  t.equal(first.code, 0, first.stderr)
  t.match(first.stdout, /built .*kernels\.node in .* with cc 1\n/)
  t.match(first.stdout, /to undo it: npm run setup:native -- --remove --dir/)
  const found = nativeKernels(dir)
  t.ok("library" in found && existsSync(found.library))
  t.match((await run([])).stdout, /is there already/)
  t.match((await run([], { VERSION: "2" })).stdout, /built/, "another compiler's is another library")
  t.match((await run(["--remove"])).stdout, /removed/)
  t.notOk(existsSync(dir))
  t.match(nativeKernels(dir), { why: /npm run setup:native/ })
})

t.test("a library that was changed, or is of other sources, is not used", { skip }, async (t) => {
  const { dir, run } = await setup(t)
  await run([])
  const found = nativeKernels(dir)
  if (!("library" in found)) throw new Error(found.why)
  const about = readdirSync(dir)
    .map((name) => join(dir, name))
    .find((name) => /\/[0-9a-f]{16}\.json$/.test(name))!
  const kept = readFileSync(about, "utf8")
  writeFileSync(about, kept.replace(/"sources": "./, '"sources": "x'))
  t.match(nativeKernels(dir), { why: /of another version/ })
  writeFileSync(about, kept)
  appendFileSync(found.library, "more")
  t.match(nativeKernels(dir), { why: /not what was built/ })
  t.match((await run([])).stdout, /built/, "what its remedy says helps")
  t.ok("library" in nativeKernels(dir))
})

t.test("notes that were torn make no run fail, and are written again", { skip }, async (t) => {
  const { dir, run } = await setup(t)
  await run([])
  const notes = readdirSync(dir).filter((name) => /^(proof-)?[0-9a-f]{16}\.json$/.test(name))
  t.equal(notes.length, 2)
  for (const torn of ["", "null", '{"fi']) {
    writeFileSync(join(dir, notes.find((name) => name.startsWith("proof-"))!), torn)
    t.ok("library" in nativeKernels(dir), "it is tried again")
    const about = join(dir, notes.find((name) => !name.startsWith("proof-"))!)
    writeFileSync(about, torn)
    t.match(nativeKernels(dir), { why: /cannot be read: npm run setup:native/ })
    t.equal((await run([])).code, 0)
    t.ok("library" in nativeKernels(dir))
  }
})

t.test(
  "a library that takes its process down, or is none, is refused, and the command says why",
  { skip },
  async (t) => {
    const file = join(temporaryFolder(t), "none")
    writeFileSync(file, "no library")
    const { dir, run } = await setup(t, file)
    const { code, stderr } = await run([])
    t.equal(code, 1)
    t.match(stderr, /it is not used, as it does not give the portable kernels' bits: \S/)
    t.match(nativeKernels(dir), { why: /failed its self-test/ })
  },
)

t.test(
  "without a compiler, or with one that fails, the command says what to do and leaves nothing",
  { skip },
  async (t) => {
    const { folder, dir, run } = await setup(t)
    const none = await run([], { CC: join(folder, "no-such-compiler") })
    t.equal(none.code, 1)
    t.match(none.stderr, /no C compiler: .*apt install gcc.*the portable kernels do all/)
    const failing = await run([], { FAIL: "1" })
    t.equal(failing.code, 1)
    t.match(failing.stderr, /cc failed:\nunknown type name/)
    t.same(existsSync(dir) ? readdirSync(dir).filter((name) => name !== "refold-native.json") : [], [])
  },
)

t.test("--remove takes away no folder of another", { skip }, async (t) => {
  const { dir, run } = await setup(t)
  mkdirSync(dir)
  writeFileSync(join(dir, "mine"), "")
  const { code, stderr } = await run(["--remove"])
  t.equal(code, 1)
  t.match(stderr, /none of this program's/)
  t.ok(existsSync(join(dir, "mine")))
})
