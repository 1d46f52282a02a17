// in turn: it starts processes.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import t, { type Test } from "tap"
// @ts-expect-error plain JavaScript, as it runs before anything is built
import { makeBundle, script } from "../../../engine/build/build.mjs"
import { repository } from "../../../engine/testing/command.ts"
import { execute } from "../../../engine/testing/processes.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

const loader = pathToFileURL(join(repository, "engine/build/script.mjs")).href

/** A bundle that prints what it is told to, from a function that is compiled only once it is called. */
function bundle(t: Test) {
  const folder = temporaryFolder(t)
  const path = join(folder, "bundle.js")
  const compiled = join(folder, "compiled")
  const run = async (keptAt = "exit"): Promise<string> => {
    const start = `import { runScript } from ${JSON.stringify(loader)}; runScript(${JSON.stringify(path)}, ${JSON.stringify(keptAt)})`
    const { code, stdout, stderr } = await execute(folder, process.execPath, [
      "--input-type=module",
      "-e",
      start,
    ])
    t.equal(code, 0, stderr)
    return stdout
  }
  return {
    run,
    compiled,
    write: (word: string, more = "") =>
      writeFileSync(
        path,
        `(function(require,__url,__import){const say=()=>console.log("${word}");say();${more}})`,
      ),
    kept: () => readdirSync(compiled),
  }
}

t.test("a start keeps what V8 compiled, and the next one does the same from it", async (t) => {
  const { write, run, kept } = bundle(t)
  write("one")
  t.equal(await run(), "one\n")
  const first = kept()
  t.equal(first.length, 1)
  t.equal(await run(), "one\n")
  t.same(kept(), first)
})

t.test("another text of the same length never runs the code that was kept", async (t) => {
  const { write, run, kept } = bundle(t)
  write("one")
  await run()
  const [first] = kept()
  write("two")
  t.equal(await run(), "two\n")
  t.equal(kept().length, 1, "and what is of no use any more is gone")
  t.not(kept()[0], first)
})

t.test("a start that is not typical keeps nothing", async (t) => {
  const { write, run, kept } = bundle(t)
  write("one")
  t.equal(await run("never"), "one\n")
  t.throws(kept)
})

t.test("a process that will be killed keeps what it compiled once it has begun", async (t) => {
  const { write, run, kept } = bundle(t)
  write("one", "setImmediate(() => process.reallyExit(0))")
  t.equal(await run("start"), "one\n")
  t.equal(kept().length, 1)
})

t.test("code that V8 refuses is replaced, and where nothing can be kept it runs all the same", async (t) => {
  const { write, run, kept, compiled } = bundle(t)
  write("one")
  await run()
  const path = join(compiled, kept()[0]!)
  writeFileSync(path, "no code of V8's")
  t.equal(await run(), "one\n")
  t.equal(await run(), "one\n")
  const other = bundle(t)
  other.write("two")
  mkdirSync(join(other.compiled, ".."), { recursive: true })
  writeFileSync(other.compiled, "a file where the folder should be")
  t.equal(await other.run(), "two\n")
})

t.test("kept code of which one bit was flipped is not run, but replaced", async (t) => {
  const { write, run, kept, compiled } = bundle(t)
  write("one")
  await run()
  const path = join(compiled, kept()[0]!)
  for (const share of [0, 0.5, 0.9]) {
    const flipped = readFileSync(path)
    flipped[Math.floor(flipped.length * share)]! ^= 1
    writeFileSync(path, flipped)
    t.equal(await run(), "one\n")
    t.notOk(readFileSync(path).equals(flipped), `at ${share} of it`)
  }
})

t.test("a script has the require and the import() of its own place", async (t) => {
  const folder = temporaryFolder(t)
  const path = join(folder, "bundle.js")
  writeFileSync(join(folder, "beside.cjs"), "module.exports = 1")
  writeFileSync(join(folder, "module.mjs"), "export const two = 2")
  writeFileSync(
    path,
    `(function(require,__url,__import){__import(new URL("module.mjs",__url).href).then(({two})=>console.log(require("./beside.cjs"),two))})`,
  )
  const start = `import { runScript } from ${JSON.stringify(loader)}; runScript(${JSON.stringify(path)}, "exit")`
  const { stdout } = await execute(folder, process.execPath, ["--input-type=module", "-e", start])
  t.equal(stdout, "1 2\n")
})

t.test(
  "texts come out of a script as they were written, in tagged templates and expressions too",
  async (t) => {
    const folder = temporaryFolder(t)
    const path = join(folder, "bundle.js")
    writeFileSync(
      join(folder, "entry.ts"),
      `const cooked = (texts: TemplateStringsArray, ...parts: ReadonlyArray<unknown>) => String.raw({ raw: texts }, ...parts)
    const same = (texts: TemplateStringsArray) => texts
    const twice = () => same\`±\`
    console.log(JSON.stringify([
      "± √ 😀", \`± \${1 + 1} √\`, cooked\`a ± \${2} √ … 😀\\n\`, String.raw\`± \${3} √\\n\`,
      /^[±√]…$/.test("√…"), /^.\\u{1f600}?😀$/u.test("±😀"), /√/.source, twice() === twice(),
    ]))`,
    )
    await makeBundle(script, { absWorkingDir: folder, entryPoints: ["entry.ts"], outfile: path })
    t.ok(
      readFileSync(path).every((byte) => byte < 0x80),
      "in ASCII",
    )
    const start = `import { runScript } from ${JSON.stringify(loader)}; runScript(${JSON.stringify(path)}, "never")`
    const { stdout, stderr } = await execute(folder, process.execPath, ["--input-type=module", "-e", start])
    t.equal(stderr, "")
    t.same(
      JSON.parse(stdout).map((found: unknown) => (found === "\\u221a" ? "√" : found)),
      [...["± √ 😀", "± 2 √", "a ± 2 √ … 😀\n", "± 3 √\\n", true, true, "√", true]],
    )
  },
)
