import { rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { InstalledPackages } from "../../../../engine/code/packages/packages.ts"
import { manifest, packageProject as project, wants } from "../../support/package-project.ts"
import { thrown } from "../../support/thrown.ts"

/** chart → scale, of which chart has a copy of its own. */
const npm = {
  "node_modules/chart/package.json": manifest("1.2.0", wants("scale")),
  "node_modules/chart/index.js": "export const chart = 1",
  "node_modules/chart/node_modules/scale/package.json": manifest("2.1.0"),
  "node_modules/chart/node_modules/scale/lib/index.js": "export const scale = 1",
  "node_modules/scale/package.json": manifest("2.0.0"),
  "node_modules/unused/package.json": manifest("3.0.0"),
  "package-lock.json": '{"packages":{"node_modules/chart":{"version":"1.2.0","integrity":"sha512-a"}}}',
}

t.test("packages are the closure of what is imported, each by the digest of its files", async (t) => {
  const { closure, write } = project(t, npm)
  t.same(closure(), {})
  const before = closure("chart")
  t.same(Object.keys(before), ["chart@1.2.0", "scale@2.1.0"])
  for (const digest of Object.values(before)) t.match(digest, /^[0-9a-f]{64}$/)
  t.same(closure("chart"), before, "whoever asks")
  const moves = (name: string, files: Readonly<Record<string, string>>): void => {
    const earlier = closure("chart")
    write(files)
    const now = closure("chart")
    for (const each of Object.keys(earlier)) (each === name ? t.not : t.equal)(now[each], earlier[each], each)
  }
  moves("scale@2.1.0", { "node_modules/chart/node_modules/scale/lib/index.js": "export const scale = 2" })
  moves("chart@1.2.0", { "node_modules/chart/more.js": "" })
  moves("none", { "node_modules/unused/index.js": "nobody imports it" })
  moves("none", { "node_modules/scale/index.js": "nor this copy" })
})

t.test("what one run is told of packages is told once, for all who ask", async (t) => {
  const { root, write } = project(t, npm)
  const installed = new InstalledPackages(root)
  const before = installed.closure(["chart", "unused"])
  write({ "node_modules/chart/index.js": "edited while it goes on" })
  t.equal(installed.closure(["unused", "chart"]), before)
  t.equal(installed.closure(["chart"])["chart@1.2.0"], before["chart@1.2.0"])
  t.not(new InstalledPackages(root).closure(["chart"])["chart@1.2.0"], before["chart@1.2.0"])
})

t.test("a lock of a manager of packages, edited or gone, moves nothing", async (t) => {
  const { closure, root, write } = project(t, npm)
  const before = closure("chart")
  write({ "package-lock.json": `${npm["package-lock.json"].replace("sha512-a", "sha512-b")}\n\n` })
  t.same(closure("chart"), before)
  rmSync(join(root, "package-lock.json"))
  write({ "pnpm-lock.yaml": "", "node_modules/.package-lock.json": "{}" })
  t.same(closure("chart"), before)
})

t.test("what is installed counts, whatever a lock says of it", async (t) => {
  const { closure, write } = project(t, npm)
  const before = closure("scale")
  write({ "node_modules/scale/package.json": manifest("2.0.1") })
  t.same(Object.keys(closure("scale")), ["scale@2.0.1"], "another version, the lock untouched")
  write({ "node_modules/scale/package.json": manifest("2.0.0") })
  t.same(closure("scale"), before, "and back")
  write({ "node_modules/scale/patched.js": "" })
  t.not(closure("scale")["scale@2.0.0"], before["scale@2.0.0"], "a patched copy of the same version")
})

t.test("a package sees what lies beside its real folder, as pnpm's links have it", async (t) => {
  const store = "node_modules/.pnpm"
  const { closure, link, write } = project(t, {
    [`${store}/chart@1.2.0/node_modules/chart/package.json`]: manifest("1.2.0", wants("@d3/scale")),
    [`${store}/@d3+scale@2.1.0/node_modules/@d3/scale/package.json`]: manifest("2.1.0", wants("ticks")),
    [`${store}/ticks@1.0.0/node_modules/ticks/package.json`]: manifest("1.0.0"),
    [`${store}/ticks@1.0.0/node_modules/ticks/index.js`]: "export const ticks = 1",
  })
  link("node_modules/chart", `${store}/chart@1.2.0/node_modules/chart`)
  link(`${store}/chart@1.2.0/node_modules/@d3/scale`, `${store}/@d3+scale@2.1.0/node_modules/@d3/scale`)
  link(`${store}/@d3+scale@2.1.0/node_modules/ticks`, `${store}/ticks@1.0.0/node_modules/ticks`)
  const before = closure("chart")
  t.same(Object.keys(before), ["@d3/scale@2.1.0", "chart@1.2.0", "ticks@1.0.0"])
  write({ [`${store}/ticks@1.0.0/node_modules/ticks/index.js`]: "export const ticks = 2" })
  t.not(closure("chart")["ticks@1.0.0"], before["ticks@1.0.0"])
})

t.test("the same packages count the same under npm's layout and pnpm's", async (t) => {
  const packages = {
    chart: { "package.json": manifest("1.2.0", wants("scale")), "index.js": "1" },
    scale: { "package.json": manifest("2.1.0"), "index.js": "2" },
  }
  const at = (folderOf: (name: string) => string) =>
    Object.fromEntries(
      Object.entries(packages).flatMap(([name, files]) =>
        Object.entries(files).map(([path, text]) => [`${folderOf(name)}/${path}`, text]),
      ),
    )
  const flat = project(
    t,
    at((name) => `node_modules/${name}`),
  )
  const folderOf = (name: string): string => `node_modules/.pnpm/${name}@x/node_modules/${name}`
  const linked = project(t, at(folderOf))
  linked.link("node_modules/chart", folderOf("chart"))
  linked.link("node_modules/.pnpm/chart@x/node_modules/scale", folderOf("scale"))
  t.same(linked.closure("chart"), flat.closure("chart"))
})

t.test(
  "packages of a workspace's root are found from within it, and a linked package counts by its files",
  async (t) => {
    const { root, link, write } = project(t, {
      "node_modules/chart/package.json": manifest("1.2.0", wants("own")),
      "packages/own/package.json": manifest("0.0.1"),
      "packages/own/index.js": "1",
      "packages/app/package.json": "{}",
    })
    link("node_modules/own", "packages/own")
    const installed = (): InstalledPackages => new InstalledPackages(join(root, "packages/app"))
    const before = installed().closure(["chart"])
    t.same(Object.keys(before), ["chart@1.2.0", "own@0.0.1"])
    write({ "packages/own/node_modules/dev/index.js": "", "packages/own/.git/HEAD": "" })
    t.same(installed().closure(["chart"]), before)
    write({ "packages/own/index.js": "2" })
    t.not(installed().closure(["chart"])["own@0.0.1"], before["own@0.0.1"])
    const { folders } = installed()
    t.match(folders.find(root, "own"), { folder: join(root, "packages/own"), isLinked: true })
    t.match(folders.find(root, "chart"), { isLinked: false })
    t.equal(folders.find(root, "gone"), undefined)
  },
)

t.test("a package counts that hides its package.json, and one that has none", async (t) => {
  const { closure } = project(t, {
    "node_modules/@a/hidden/package.json": manifest("1.0.0", {
      exports: { ".": "./i.js" },
      ...wants("bare"),
    }),
    "node_modules/bare/index.js": "1",
    "node_modules/@a/hidden/node_modules/bare/node_modules/deep/index.js":
      "a folder of packages is none itself",
  })
  t.same(Object.keys(closure("@a/hidden")), ["@a/hidden@1.0.0", "bare@0.0.0"])
})

t.test("the engine is in no closure, whoever asks for it", async (t) => {
  const { closure } = project(t, {
    "node_modules/helper/package.json": manifest("1.0.0", wants("effect", "@effect/platform", "refold")),
    "node_modules/effect/package.json": manifest("3.0.0"),
  })
  t.same(Object.keys(closure("helper", "effect", "refold")), ["helper@1.0.0"])
})

t.test("what must be there and is not is named, with who asks for it and what to do", async (t) => {
  const { closure, write } = project(t, npm)
  const failure = () => thrown(() => closure("gone"))
  t.match(failure(), {
    _tag: "PackageError",
    message: /"gone", imported by a stage, is not installed: install the project's packages/,
  })
  write({ "node_modules/chart/package.json": manifest("1.2.0", wants("lost")) })
  t.match(thrown(() => closure("chart")).message, /"lost", which chart@1\.2\.0 depends on, is not installed/)
  write({ "node_modules/chart/package.json": "{" })
  t.match(
    thrown(() => closure("chart")),
    { _tag: "PackageError", message: /chart.package\.json cannot be read/ },
  )
  write({ ".pnp.cjs": "" })
  t.match(failure().message, /nodeLinker: node-modules/)
})

t.test(
  "a package for one platform stands by name and range, and a key is the same with it and without",
  async (t) => {
    const { closure, root } = project(t, {
      "node_modules/draw/package.json": manifest("1.0.0", {
        optionalDependencies: { "draw-here": "1.0.0", "draw-there": "1.0.0", speed: "^2" },
        dependencies: { "draw-here": "1.0.0" },
        peerDependencies: { extra: "*", "draw-peer": "*" },
      }),
      "node_modules/draw-here/package.json": manifest("1.0.0", { os: ["linux"], ...wants("draw-lib") }),
      "node_modules/draw-lib/package.json": manifest("1.0.0", { cpu: ["x64"] }),
      "node_modules/draw-peer/package.json": manifest("1.0.0", { libc: "musl" }),
      "node_modules/speed/package.json": manifest("2.3.0", { os: ["any"], cpu: [] }),
    })
    const before = closure("draw")
    t.match(before, {
      "draw-here@1.0.0": "platform",
      "draw-there@1.0.0": "platform",
      "speed@2.3.0": /^[0-9a-f]{64}$/,
    })
    t.equal(Object.keys(before).length, 4)
    for (const name of ["draw-here", "draw-lib", "draw-peer"]) {
      rmSync(join(root, "node_modules", name), { recursive: true })
      t.same(closure("draw"), before, name)
    }
    rmSync(join(root, "node_modules/speed"), { recursive: true })
    t.match(closure("draw"), { "speed@^2": "platform" }, "an optional one that is nowhere")
  },
)

t.test("a peer counts where it is installed", async (t) => {
  const { closure, write } = project(t, {
    "node_modules/plugin/package.json": manifest("1.0.0", { peerDependencies: { host: "*" } }),
  })
  t.same(Object.keys(closure("plugin")), ["plugin@1.0.0"])
  write({ "node_modules/host/package.json": manifest("4.0.0") })
  t.same(Object.keys(closure("plugin")), ["host@4.0.0", "plugin@1.0.0"])
})
