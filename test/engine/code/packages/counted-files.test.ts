import { rmSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { InstalledPackages } from "../../../../engine/code/packages/packages.ts"
import { temporaryFolder, writeFiles } from "../../../../engine/testing/temporary-folder.ts"

type Files = Readonly<Record<string, string>>

/** The digest of a package of these files, as a new process finds it. */
function digestOf(t: Test, files: Files, change: (folder: string) => void = () => {}): string | undefined {
  const root = temporaryFolder(t)
  const folder = join(root, "node_modules/native")
  writeFiles(folder, files)
  change(folder)
  return Object.values(new InstalledPackages(root).closure(["native"]))[0]
}

const manifest = (more: object): string => JSON.stringify({ version: "1.0.0", ...more })
const machineCode = "\x7fELF\x02"

/** As published, and what its install scripts have made of it on one machine. */
const native: Readonly<Record<string, { readonly published: Files; readonly made: Files }>> = {
  "compiled by node-gyp, with a list of its files": {
    published: {
      "package.json": manifest({
        main: "lib/index.js",
        files: ["binding.gyp", "src/**/*.[ch]pp", "lib/**"],
        scripts: { install: "prebuild-install || node-gyp rebuild" },
      }),
      "binding.gyp": "{}",
      "src/a.cpp": "int a;",
      "lib/index.js": "module.exports = 1",
      "README.md": "",
    },
    made: { "build/Release/a.node": machineCode, "build/Makefile": "", "vendor/fetched.tar": "" },
  },
  "compiled because there is a binding.gyp": {
    published: { "package.json": manifest({}), "binding.gyp": "{}", "index.js": "module.exports = 1" },
    made: { "build/Release/a.node": "any bytes", "build/config.gypi": "" },
  },
  "its command replaced by machine code": {
    published: {
      "package.json": manifest({
        main: "lib/main.js",
        bin: { native: "bin/native" },
        scripts: { postinstall: "node install.js" },
      }),
      "bin/native": "#!/usr/bin/env node",
      "install.js": "",
      "lib/main.js": "module.exports = 1",
    },
    made: { "bin/native": machineCode, "lib/downloaded-native": machineCode, "lib/native.dll": "MZ" },
  },
  "written where node-pre-gyp is told to": {
    published: {
      "package.json": manifest({
        main: "lib/index.js",
        binary: { module_path: "./lib/binding/{node_abi}" },
        scripts: { install: "node-pre-gyp install" },
      }),
      "lib/index.js": "module.exports = 1",
    },
    made: { "lib/binding/115/a.node": machineCode, "lib/binding/115/notes": "" },
  },
}

t.test("what install scripts make is in no key, and what was published is", async (t) => {
  for (const [name, { published, made }] of Object.entries(native)) {
    const plain = digestOf(t, published)
    t.equal(digestOf(t, { ...published, ...made }), plain, name)
    const [entry] = Object.keys(published).filter((path) => /^(lib\/)?(main|index)\.js$/.test(path))
    t.not(
      digestOf(t, { ...published, ...made, [entry!]: "module.exports = 2" }),
      plain,
      `${name}: its entry edited`,
    )
  }
})

t.test("what a package's entries reach counts, wherever it lies", async (t) => {
  const built = (code: string) => ({
    "package.json": manifest({
      exports: { ".": { import: "./build/index.js" } },
      scripts: { postinstall: "node hi.js" },
    }),
    "build/index.js": code,
  })
  t.not(digestOf(t, built("1")), digestOf(t, built("2")), "build/ is its code")
  const command = (code: string) => ({
    "package.json": manifest({ main: "./cli.js", bin: "cli.js", scripts: { postinstall: "node hi.js" } }),
    "cli.js": code,
  })
  t.not(digestOf(t, command("1")), digestOf(t, command("2")), "a command that is imported too")
  const globbed = (code: string) => ({
    "package.json": manifest({ files: ["*.js", "!secret.js"], scripts: { install: "x" } }),
    "deep/a.js": code,
  })
  t.not(digestOf(t, globbed("1")), digestOf(t, globbed("2")), "a pattern that may mean any depth")
})

t.test("without install scripts every published file counts, machine code and build/ too", async (t) => {
  for (const path of ["build/a.js", "bin/run", "prebuilds/linux-x64/a.node", "lib/a.so", ".hidden"]) {
    const files = { "package.json": manifest({ bin: "bin/run", files: ["lib"] }) }
    t.not(
      digestOf(t, { ...files, [path]: machineCode }),
      digestOf(t, { ...files, [path]: `${machineCode}2` }),
      path,
    )
  }
})

t.test("what tools leave in a package is in no key", async (t) => {
  const files = { "package.json": manifest({}), "lib/a.js": "1" }
  const plain = digestOf(t, files)
  const left = [
    "node_modules/.bin/x",
    ".git/HEAD",
    ".DS_Store",
    "lib/._a.js",
    "lib/a.js.orig",
    "package-lock.json",
  ]
  for (const path of left) t.equal(digestOf(t, { ...files, [path]: "x" }), plain, path)
})

t.test("a file's name and its bytes cannot be taken for each other", async (t) => {
  const files = { "package.json": manifest({}) }
  const digests = [
    { a: "b", c: "" },
    { "a/b": "", c: "" },
    { a: "", b: "c" },
    { ab: "", c: "" },
    { a: "bc" },
  ].map((more) => digestOf(t, { ...files, ...more } as Files))
  t.equal(new Set(digests).size, digests.length)
})

t.test("a link within a package counts by what it points to", async (t) => {
  const files = { "package.json": manifest({}), "lib/a.js": "1" }
  const copied = digestOf(t, { ...files, "more/a.js": "1", "b.js": "1" })
  const linked = digestOf(t, files, (folder) => {
    symlinkSync(join(folder, "lib"), join(folder, "more"), "junction")
    symlinkSync("lib/a.js", join(folder, "b.js"))
  })
  t.equal(linked, copied)
  const circle = digestOf(t, files, (folder) => symlinkSync(folder, join(folder, "lib/up"), "junction"))
  t.not(circle, undefined, "one that leads back has an end")
  const broken = digestOf(t, { ...files, gone: "" }, (folder) => {
    rmSync(join(folder, "gone"))
    symlinkSync("nowhere", join(folder, "gone"))
  })
  t.not(broken, digestOf(t, files), "one that leads nowhere is there all the same")
  const other = digestOf(t, files, (folder) => symlinkSync("elsewhere", join(folder, "gone")))
  t.not(other, broken, "and says where to")
})
