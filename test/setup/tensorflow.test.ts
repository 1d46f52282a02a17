// in turn: it starts processes.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { buildSync } from "esbuild"
import t, { type Test } from "tap"
import { execute } from "../../engine/testing/processes.ts"
import { temporaryFolder } from "../../engine/testing/temporary-folder.ts"

// setup:tensorflow with a pip and an npm that are scripts: what they are asked for is written down, and they fail when told to.

const root = fileURLToPath(new URL("../..", import.meta.url))
const sha256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03" // of "hello\n"
const wheel = "tensorflow_cpu-2.12.1-cp310.whl"

const python = `#!/bin/sh
echo "python $*" >>"$LOG"
case "$*" in
  *--report*) echo '{"install":[{"metadata":{"name":"tensorflow-cpu","version":"2.12.1"},"download_info":{"url":"https://example.org/${wheel}","archive_info":{"hashes":{"sha256":"${sha256}"}}}}]}' ;;
  *download*) grep -q 'sha256:${sha256}' coming/requirements.txt && echo hello >coming/${wheel} ;;
  -c*) mkdir -p "$4/tensorflow/include" && touch "$4/tensorflow/libtensorflow_cc.so.2" "$4/tensorflow/libtensorflow_framework.so.2" ;;
esac
[ ! -e "$FAIL" ] || { case "$*" in *"$(cat "$FAIL")"*) exit 1 ;; esac; }
`
/** A package whose TensorFlow adds as the real one does; like the real one's loader it would take options for its own. */
const npm = `#!/bin/sh
echo "npm $*" >>"$LOG"
[ ! -e "$FAIL" ] || { case "$*" in *"$(cat "$FAIL")"*) exit 1 ;; esac; }
native=node_modules/@tensorflow/tfjs-node
if [ "$1" = install ]; then
  mkdir -p $native/deps
  echo '{"name":"@tensorflow/tfjs-node","main":"index.js"}' >$native/package.json
  echo 'if (process.argv.length > 2) throw new Error("options for whoever loads: " + process.argv)
    exports.backend = () => ({ binding: { TF_Version: "2.12.1" }, isUsingGpuDevice: false })
    exports.scalar = (x) => x
    exports.add = (a, b) => ({ dataSync: () => [a + b] })' >$native/index.js
else
  mkdir -p $native/lib/napi-v8
fi
`

interface Setup {
  readonly dir: string
  /** What was asked for since the last look: the first words of each. */
  readonly asked: () => ReadonlyArray<string>
  readonly fail: (what: string) => void
  readonly run: (...args: ReadonlyArray<string>) => ReturnType<typeof execute>
}

function setup(t: Test): Setup {
  const base = temporaryFolder(t)
  const [bin, dir, log, failing] = ["bin", "native", "log", "fail"].map((name) => join(base, name)) as [
    ...[string, string, string, string],
  ]
  mkdirSync(bin)
  for (const [name, text] of Object.entries({ python3: python, npm })) {
    writeFileSync(join(bin, name), text)
    chmodSync(join(bin, name), 0o755)
  }
  const env = { PATH: `${bin}:${dirname(process.execPath)}:${process.env.PATH}`, LOG: log, FAIL: failing }
  return {
    dir,
    asked: () => {
      const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []
      writeFileSync(log, "")
      return lines.flatMap(
        (line) => /install --ignore|--report|download|rebuild|import sys, zipfile/.exec(line)?.[0] ?? [],
      )
    },
    fail: (what) => writeFileSync(failing, what),
    run: (...args) => execute(root, process.execPath, [program, "--dir", dir, ...args], env),
  }
}

/** The program as one file of JavaScript, which starts in a tenth of the time. */
const program = join(temporaryFolder(t), "setup.mjs")
buildSync({
  ...{ absWorkingDir: root, entryPoints: ["setup/tensorflow.ts"], outfile: program },
  ...{ bundle: true, platform: "node", format: "esm" },
})

const everything = ["install --ignore", "--report", "download", "import sys, zipfile", "rebuild"]

t.test("it says what it did and how to undo it, leaves package.json alone, and goes again", async (t) => {
  const { dir, asked, run } = setup(t)
  const before = readFileSync(join(root, "package.json"), "utf8")
  const { code, stdout, stderr } = await run()
  t.equal(code, 0, stderr)
  t.same(asked(), everything)
  t.match(stdout, /TensorFlow 2\.12\.1 loads and computes on the CPU/)
  t.match(stdout, new RegExp(`REFOLD_TENSORFLOW_DIR=${dir}`))
  t.match(stdout, /to undo it: npm run setup:tensorflow -- --remove --dir /)
  t.notOk(existsSync(join(dir, "wheels", wheel)), "an unpacked wheel goes")
  t.equal((await run()).code, 0)
  t.same(asked(), ["--report"], "the second time nothing is left to do")
  t.equal(readFileSync(join(root, "package.json"), "utf8"), before)
  t.match((await run("--remove")).stdout, /^removed /)
  t.notOk(existsSync(dir))
})

t.test("wherever it broke off, it goes on from there", async (t) => {
  for (const [what, left] of [
    ["install --ignore", everything],
    ["download", everything.slice(1)],
    ["import sys, zipfile", ["--report", "import sys, zipfile", "rebuild"]],
    ["rebuild", ["--report", "rebuild"]],
  ] as const) {
    const { asked, fail, run } = setup(t)
    fail(what)
    t.equal((await run()).code, 1, `${what} fails`)
    asked()
    fail("nothing")
    t.equal((await run()).code, 0)
    t.same(asked(), left, `after ${what}`)
  }
})

t.test("a corrupted wheel that lies there is refused and fetched again", async (t) => {
  const { dir, asked, fail, run } = setup(t)
  fail("import sys, zipfile")
  await run()
  t.same(readdirSync(join(dir, "wheels")).sort(), ["coming", wheel])
  writeFileSync(join(dir, "wheels", wheel), "hell")
  asked()
  fail("nothing")
  const { code, stdout } = await run()
  t.equal(code, 0)
  t.match(stdout, /is corrupted: its SHA-256 is not the published one\nfetching /)
  t.same(asked(), ["--report", "download", "import sys, zipfile", "rebuild"])
})

t.test("a folder of another TensorFlow, or of something else, is left alone", async (t) => {
  const { dir, run } = setup(t)
  t.equal((await run()).code, 0)
  t.match((await run("--version", "2.13.0")).stderr, /holds another TensorFlow: take it away with --remove/)
  t.match((await run("--gpu")).stderr, /holds another TensorFlow/)
  t.ok(existsSync(join(dir, "installed")))
  const other = temporaryFolder(t)
  t.match((await run("--dir", other, "--remove")).stderr, /is none of this program's/)
  t.ok(existsSync(other))
})
