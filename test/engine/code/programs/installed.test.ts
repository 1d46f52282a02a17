import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs"
import { dirname, join } from "node:path"
import t from "tap"
import { foundInstalled } from "../../../../engine/code/programs/installed.ts"
import { digestOf } from "../../../../engine/content/digest.ts"
import { conda, image, renv, venv } from "../../../../engine/declare/programs/installed.ts"
import { type Teardown, temporaryFolder, writeFiles } from "../../../../engine/testing/temporary-folder.ts"

type Files = Readonly<Record<string, string>>
const packages = process.platform === "win32" ? "Lib/site-packages" : "lib/python3.11/site-packages"
const programs = process.platform === "win32" ? "Scripts/python.exe" : "bin/python"
const hash = (text: string): string => `sha256=${digestOf(text)}`

/** A distribution as an installer leaves it: pip, unless told otherwise. */
function distribution(
  name: string,
  version: string,
  more: Files = {},
  lines: ReadonlyArray<string> = [],
): Files {
  const own = `${packages}/${name}-${version}.dist-info`
  const module = `version = "${version}"\n`
  return {
    [`${packages}/${name}/__init__.py`]: module,
    [`${packages}/${name}/__pycache__/__init__.cpython-311.pyc`]: "compiled",
    [`${own}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\nName: words\n`,
    [`${own}/INSTALLER`]: "pip\n",
    [`${own}/RECORD`]: [
      `${name}/__init__.py,${hash(module)},${module.length}`,
      `${name}/__pycache__/__init__.cpython-311.pyc,,`,
      `${name}-${version}.dist-info/INSTALLER,${hash("pip\n")},4`,
      `${name}-${version}.dist-info/RECORD,,`,
      ...lines,
    ].join("\n"),
    ...more,
  }
}

const environment = (...files: ReadonlyArray<Files>): Files =>
  Object.assign(
    { "pyvenv.cfg": "include-system-site-packages = false\n", [programs]: "", [`${packages}/.keep`]: "" },
    ...files,
  )

/** What is in the key of an environment with these files. */
function found(t: Teardown, files: Files, sort: typeof venv = venv) {
  const root = temporaryFolder(t)
  writeFiles(join(root, "env"), files)
  return foundInstalled(root, sort("env")).packages
}

t.test("the same packages are the same key, whoever installed them, where, when and how often", async (t) => {
  const tool = "../../../bin/widget"
  const own = `${packages}/widget-1.5.0.dist-info`
  const pip = environment(distribution("widget", "1.5.0", {}, [`${tool},${hash("#!/here/python")},14`]))
  const key = found(t, pip)
  t.same(Object.keys(key), [".keep@unrecorded", "widget@1.5.0"])

  const direct = '{"url": "file:///elsewhere/widget", "dir_info": {}}'
  const uv = environment(
    distribution("widget", "1.5.0", {
      [`${own}/INSTALLER`]: "uv",
      [`${own}/REQUESTED`]: "",
      [`${own}/direct_url.json`]: direct,
      [`${own}/uv_cache.json`]: '{"timestamp": 1}',
      // In another order, between other ends of lines, with quotation marks, and nothing of what Python compiles.
      [`${own}/RECORD`]: [
        `"widget-1.5.0.dist-info/direct_url.json",${hash(direct)},${direct.length}`,
        `widget-1.5.0.dist-info/REQUESTED,${hash("")},0`,
        `widget-1.5.0.dist-info/uv_cache.json,${hash("1")},1`,
        `${tool.replaceAll("/", "\\")},${hash("#!/there/python")},15`,
        `"widget/__init__.py",${hash('version = "1.5.0"\n')},18`,
        "widget-1.5.0.dist-info/RECORD,,",
        "",
      ].join("\r\n"),
    }),
  )
  t.same(found(t, uv), key, "uv as pip")

  t.same(
    found(t, {
      ...pip,
      [`${packages}/widget/__pycache__/__init__.cpython-312.pyc`]: "otherwise",
      [`${packages}/__pycache__/x.pyc`]: "1",
    }),
    key,
    "what Python compiles",
  )

  const root = temporaryFolder(t)
  writeFiles(join(root, "env"), pip)
  t.same(foundInstalled(root, venv("env")).packages, key)
  cpSync(join(root, "env"), join(root, "again"), { recursive: true })
  t.same(foundInstalled(root, venv("again")).packages, key, "another time")
  mkdirSync(join(root, "far"))
  renameSync(join(root, "env"), join(root, "far/moved"))
  t.same(foundInstalled(root, venv("far/moved")).packages, key, "in another folder")
})

t.test("whatever else is there is another key, and which package it is shows", async (t) => {
  const one = environment(distribution("widget", "1.5.0"), distribution("other", "2.0"))
  const key = found(t, one)
  const own = `${packages}/widget-1.5.0.dist-info`
  const record = one[`${own}/RECORD`]!
  const moved: Readonly<Record<string, readonly [Files, ReadonlyArray<string>]>> = {
    "another version": [
      environment(distribution("widget", "1.5.1"), distribution("other", "2.0")),
      ["widget@1.5.0", "widget@1.5.1"],
    ],
    "one less": [environment(distribution("widget", "1.5.0")), ["other@2.0"]],
    "another build of a version": [
      { ...one, [`${own}/RECORD`]: record.replace(/sha256=./, "sha256=_") },
      ["widget@1.5.0"],
    ],
    "a file whose name holds a comma": [
      { ...one, [`${own}/RECORD`]: `${record}\n"widget/a,""b"".txt",${hash("1")},1` },
      ["widget@1.5.0"],
    ],
    "a hash of another sort": [
      { ...one, [`${own}/RECORD`]: `${record}\nwidget/x.txt,sha512=abc,1` },
      ["widget@1.5.0"],
    ],
    "data beside the packages": [
      { ...one, [`${own}/RECORD`]: `${record}\n../../../share/widget/x,${hash("1")},1` },
      ["widget@1.5.0"],
    ],
    "a module that no record tells of": [{ ...one, [`${packages}/hand.py`]: "1" }, ["hand.py@unrecorded"]],
    "a folder that no record tells of": [
      { ...one, [`${packages}/hand/made/x.py`]: "1" },
      ["hand@unrecorded"],
    ],
    "a module without its source": [{ ...one, [`${packages}/hand.pyc`]: "1" }, ["hand.pyc@unrecorded"]],
  }
  for (const [what, [files, names]] of Object.entries(moved)) {
    const after = found(t, files)
    const all = [...new Set([...Object.keys(key), ...Object.keys(after)])]
    t.same(all.filter((name) => key[name] !== after[name]).sort(), names, what)
  }
  const [before, after] = ["1", "2"].map((text) => found(t, { ...one, [`${packages}/hand/made/x.py`]: text }))
  t.not(before!["hand@unrecorded"], after!["hand@unrecorded"], "and is read each time")
})

t.test("an environment of which no record says what is there is refused, with what to do", async (t) => {
  const one = environment(distribution("widget", "1.5.0"))
  const own = `${packages}/widget-1.5.0.dist-info`
  const refused: Readonly<Record<string, readonly [Files, RegExp]>> = {
    "an editable install": [
      { ...one, [`${own}/direct_url.json`]: '{"dir_info": {"editable": true}, "url": "file:///src"}' },
      /widget@1\.5\.0 is installed as editable.*pip install FOLDER/,
    ],
    "an editable install of old": [
      { ...one, [`${packages}/widget.egg-link`]: "/src" },
      /widget is installed as editable/,
    ],
    "a path that leads elsewhere": [
      { ...one, [`${packages}/hand.pth`]: `import os\n# words\n${dirname(process.cwd())}\n` },
      /hand\.pth in site-packages leads to .*give it as sources/,
    ],
    "the system's packages": [
      { ...one, "pyvenv.cfg": "home = /usr/bin\nInclude-System-Site-Packages = True\n" },
      /sees what the system has installed too.*without --system-site-packages/,
    ],
    "no interpreter": [
      Object.fromEntries(Object.entries(one).filter(([name]) => name !== programs)),
      /is broken: there is no interpreter behind .*make it again, python3 -m venv env/,
    ],
    "no packages": [{ "pyvenv.cfg": "", [programs]: "" }, /is broken: it has no site-packages/],
    nothing: [{ "x.txt": "" }, /there is no virtual environment in env: make it, python3 -m venv env/],
  }
  for (const [what, [files, message]] of Object.entries(refused))
    t.throws(() => found(t, files), { _tag: "EnvironmentMissing", message }, what)

  t.doesNotThrow(
    () => found(t, { ...one, [`${packages}/inside.pth`]: "widget\nimport sys\n/no/such/folder\n" }),
    "one that leads nowhere else",
  )
  const left = found(t, { ...one, [`${packages}/~idget-1.4.0.dist-info/RECORD`]: "" })
  t.ok(left["widget@1.5.0"], "nor what pip left of one that it could not remove")

  if (process.platform === "win32") return
  const root = temporaryFolder(t)
  writeFiles(join(root, "env"), one)
  rmSync(join(root, "env", programs))
  symlinkSync("/no/such/python3.9", join(root, "env", programs))
  t.throws(() => foundInstalled(root, venv("env")), /no interpreter behind/, "a link to one that was removed")
})

t.test("an environment of conda is known by its records, and by what pip has put beside them", async (t) => {
  const meta = {
    name: "numpy",
    version: "1.26.4",
    build: "py311h64a7726_0",
    channel: "https://conda.anaconda.org/conda-forge/linux-64",
    md5: "a",
    sha256: "b",
  }
  const files = ["bin/f2py", `${packages}/numpy/__init__.py`, `${packages}/numpy-1.26.4.dist-info/RECORD`]
  const place = { extracted_package_dir: "/here/pkgs/numpy", link: { source: "/here", type: 1 }, files }
  const whole = (own: object, more: Files = {}): Files => ({
    "conda-meta/history": "==> 2024-01-01 <==",
    "conda-meta/numpy-1.26.4.json": JSON.stringify(own),
    [`${packages}/numpy/__init__.py`]: "",
    [`${packages}/numpy-1.26.4.dist-info/RECORD`]: "numpy/__init__.py,,",
    ...more,
  })
  const key = found(t, whole({ ...meta, ...place }), conda)
  t.same(Object.keys(key), ["numpy@1.26.4"])
  const elsewhere = { ...place, extracted_package_dir: "/there", timestamp: 1, requested_spec: "numpy" }
  t.same(
    found(t, whole({ ...elsewhere, ...meta }, { "conda-meta/history": "another" }), conda),
    key,
    "paths, times and order",
  )
  for (const [name, value] of Object.entries({ build: "py311h64a7726_1", channel: "defaults", sha256: "c" }))
    t.not(
      found(t, whole({ ...meta, ...place, [name]: value }), conda)["numpy@1.26.4"],
      key["numpy@1.26.4"],
      name,
    )
  const beside = found(t, whole({ ...meta, ...place }, distribution("widget", "1.5.0")), conda)
  t.same(Object.keys(beside), ["numpy@1.26.4", "widget@1.5.0"])
  t.throws(() => found(t, { "x.txt": "" }, conda), {
    message: /no environment of conda in env: make it, conda create --prefix env/,
  })
  t.throws(() => found(t, { "conda-meta/x.json": "{" }, conda), {
    message: /x\.json is damaged .*install that package of conda again/,
  })
})

t.test("a library of renv is known by what its packages say of themselves", async (t) => {
  const at = "renv/library/linux-debian/R-4.3/x86_64"
  const description = (more = "") =>
    `Package: glue\nVersion: 1.7.0\nDescription: An\n    implementation: of\n    words\nRemoteSha: 1.7.0\n${more}`
  const library = (text: string, more: Files = {}): Files => ({
    [`${at}/glue/DESCRIPTION`]: text,
    [`${at}/glue/R/glue.rdb`]: "1",
    ...more,
  })
  const key = found(t, library(description("Built: R 4.3.1; ; 2024-01-01\nRepository: CRAN\n")), renv)
  t.same(Object.keys(key), ["glue@1.7.0"])
  t.same(
    found(
      t,
      library(
        description(
          "Built: R 4.3.1; ; 2025-02-02\r\nRepository: RSPM\nRemoteRepos: https://mirror\nPackaged: now\n",
        ),
      ),
      renv,
    ),
    key,
    "where and when it was installed",
  )
  t.not(
    found(t, library(description().replace("RemoteSha: 1.7.0", "RemoteSha: abc")), renv)["glue@1.7.0"],
    key["glue@1.7.0"],
  )
  t.not(
    found(t, library(description().replace("words", "others")), renv)["glue@1.7.0"],
    key["glue@1.7.0"],
    "all lines of a field",
  )
  t.same(
    Object.keys(
      found(t, library(description(), { [`${at}/cli/DESCRIPTION`]: "Package: cli\nVersion: 3\n" }), renv),
    ),
    ["cli@3", "glue@1.7.0"],
  )
  t.throws(() => found(t, { "renv.lock": "{}" }, renv), {
    message: /has installed no package in env: run renv::restore\(\) there/,
  })
  const two = library(description(), {
    "renv/library/linux-debian/R-4.4/x86_64/glue/DESCRIPTION": description(),
  })
  t.throws(() => found(t, two, renv), { message: /libraries for several versions of R.*remove those/ })
})

t.test("an image is known by its digest, and a tag is refused", async (t) => {
  const digest = "0".repeat(64)
  t.same(foundInstalled("/", image(`r-base@sha256:${digest}`)).packages, { "r-base@sha256": digest })
  for (const name of [
    "r-base",
    "r-base:4.3",
    "r-base:latest",
    `r-base@sha256:${digest.slice(1)}`,
    `r-base@sha256:${digest.replace("0", "G")}`,
    ` @sha256:${digest}`,
  ])
    t.throws(
      () => image(name),
      { name: "TypeError", message: /is named by its digest.*since a tag may be another one tomorrow/ },
      name,
    )
})
