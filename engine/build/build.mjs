// Builds dist/ from source with esbuild, and keeps it fresh by the digests of its sources, which are read again where the disk says that
// one may have changed. Plain JavaScript: it runs first.
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..")
const dist = join(root, "dist")
const manifest = join(dist, "build.json")

/** A module, with the `require` that packages in it may call. */
const module = {
  format: "esm",
  keepNames: true,
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  },
}

/**
 * What script.mjs runs, which takes each byte for a character: V8 keeps such a text in half the memory. `charset` escapes what stands in
 * strings, but neither tagged templates, whose raw text an escape would change, nor regular expressions: the former become strings, and
 * the latter are escaped by `inAscii`.
 */
export const script = {
  format: "cjs",
  charset: "ascii",
  supported: { "template-literal": false },
  define: { "import.meta.url": "__url" },
  banner: { js: "(function(require,__url,__import){" },
  footer: { js: "})" },
}

/** Of modules alone, which are strict: what they do to functions of their own fails where these are not. */
const strictScript = { ...script, banner: { js: `${script.banner.js}"use strict";` } }

/** Native or lazily loaded packages stay outside; in the library `effect` is the user's own. */
const bundles = [
  { entry: "pipeline.ts", out: "pipeline.js", form: script, external: ["esbuild"] },
  { entry: "engine/worker/inside/main.ts", out: "worker.js", form: strictScript, external: [] },
  { entry: "backends/choose.ts", out: "backends.mjs", form: module, external: [] },
  { entry: "backends/kernels.ts", out: "kernels.mjs", form: module, external: [] },
  { entry: "backends/native.ts", out: "native-lanes.mjs", form: module, external: [] },
  { entry: "probes/index.ts", out: "probes.mjs", form: module, external: ["source-sans"] },
  { entry: "backends/probe.ts", out: "probe.mjs", form: module, external: [] },
  { entry: "backends/tensorflow.ts", out: "tensorflow.mjs", form: module, external: [] },
  { entry: "setup/native.ts", out: "native.mjs", form: module, external: [] },
  { entry: "setup/native/proof.ts", out: "native-proof.mjs", form: module, external: [] },
  { entry: "engine/worker/inside/thread.ts", out: "thread.mjs", form: module, external: [] },
  {
    entry: "library.ts",
    out: "index.mjs",
    form: module,
    external: ["esbuild", "effect", "effect/*"],
  },
]

/**
 * Makes one bundle.
 *
 * @param given esbuild's options beside those of all bundles: what goes in, and where it comes out
 * @returns esbuild's metafile
 */
export async function makeBundle(form, given) {
  const esbuild = await import("esbuild")
  const { outputFiles, metafile } = await esbuild.build({
    bundle: true,
    platform: "node",
    target: "node20",
    conditions: ["module", "refold-source"],
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    tsconfigRaw: {},
    logLevel: "error",
    ...form,
    ...given,
    define: { ...form.define, ...given.define },
    metafile: true,
    write: false,
  })
  const [{ text }] = outputFiles
  writeFileSync(given.outfile, form.charset === "ascii" ? inAscii(text) : text)
  return metafile
}

/** @param text of a script: what other characters are left in it stand in regular expressions */
const inAscii = (text) =>
  text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)

const digest = (text) => createHash("sha256").update(text).digest("hex")
const sourceDigest = (path) =>
  existsSync(join(root, path)) ? digest(readFileSync(join(root, path))) : "absent"

/** In milliseconds: some disks keep times to two seconds, and what changed just now may change again and not show it. */
const tick = 2_000

/** What the disk says of a source: any change of it changes this. Nothing while a change may not show. */
function stampOf(path) {
  const settled = Date.now() - tick
  const found = statSync(`${root}/${path}`, { throwIfNoEntry: false })
  if (found === undefined || found.ctimeMs > settled || found.mtimeMs > settled) return undefined
  return `${found.size} ${found.mtimeMs} ${found.ctimeMs} ${found.ino}`
}

/** A source as it is now; the disk is asked before it is read. */
const noted = (path) => ({ stamp: stampOf(path), digest: sourceDigest(path) })

function isFresh() {
  if (!existsSync(manifest)) return false
  const { sources } = JSON.parse(readFileSync(manifest, "utf8"))
  let isNews = false
  for (const [path, { stamp, digest }] of Object.entries(sources)) {
    if (stamp !== undefined && stamp === stampOf(path)) continue
    const found = noted(path)
    if (found.digest !== digest) return false
    isNews ||= found.stamp !== undefined
    sources[path] = found
  }
  if (isNews) keepManifest(sources)
  return true
}

/** Whole or not at all. Where it cannot be kept, sources are read again the next time. */
function keepManifest(sources) {
  const part = `${manifest}.${process.pid}`
  try {
    writeFileSync(part, JSON.stringify({ sources }))
    renameSync(part, manifest)
  } catch {
    rmSync(part, { force: true })
  }
}

/** Builds beside dist/ and renames each file into place, so that a run beside it never misses one; the manifest last. */
export async function build() {
  const sources = {
    "engine/build/build.mjs": noted("engine/build/build.mjs"),
    "package-lock.json": noted("package-lock.json"),
  }
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  const made = join(root, `dist.${process.pid}`)
  mkdirSync(made, { recursive: true })
  for (const { entry, out, form, external } of bundles) {
    if (!existsSync(join(root, entry))) continue
    const metafile = await makeBundle(form, {
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: join(made, out),
      external,
      define: { "process.env.REFOLD_VERSION": JSON.stringify(version) },
    })
    for (const path of Object.keys(metafile.inputs)) {
      if (!path.includes("node_modules/")) sources[path] = noted(path)
    }
  }
  mkdirSync(dist, { recursive: true })
  for (const { out } of bundles) {
    if (existsSync(join(made, out))) renameSync(join(made, out), join(dist, out))
  }
  writeFileSync(join(made, "build.json"), JSON.stringify({ sources }))
  renameSync(join(made, "build.json"), manifest)
  rmSync(made, { recursive: true, force: true, maxRetries: 5 })
}

export async function freshen() {
  if (!isFresh()) await build()
  return dist
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await build()
