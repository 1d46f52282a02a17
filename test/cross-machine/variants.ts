// The runtimes that tasks are run under, and where each is looked for. Starts none of them.
import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { compiler } from "../../setup/native/compile.ts"

export interface Variant {
  readonly name: string
  /** What starts a worker, as `--worker` takes it; null for this Node as it is. */
  readonly worker: string | null
  readonly jobs: number
  /** Of another processor: fifty times as slow. */
  readonly isEmulated?: boolean
  /** The kernels that it computes with are native ones, for this processor or the one that is named; default: portable ones. */
  readonly native?: { readonly march?: string }
  /** What it computes that no other does is training: all else is done by the portable variant of its runtime. */
  readonly onlyTrains?: boolean
}

/** A variant that this machine cannot run, and what would have to be there. */
export interface LeftOut {
  readonly name: string
  readonly because: string
}

export interface Variants {
  readonly present: ReadonlyArray<Variant>
  readonly leftOut: ReadonlyArray<LeftOut>
}

const majors = [20, 22, 24, 26]
const setup = "run test/cross-machine/setup.sh"

/** @param runtimes the folder that setup.sh fills */
export function variantsAt(runtimes: string): Variants {
  const own = quoted(process.execPath)
  const present: Array<Variant> = [
    { name: "this Node, 1 worker", worker: null, jobs: 1 },
    { name: "this Node, 4 workers", worker: null, jobs: 4 },
  ]
  const leftOut: Array<LeftOut> = []
  const add = (
    name: string,
    missing: ReadonlyArray<string>,
    worker: string,
    further: Pick<Variant, "isEmulated"> = {},
  ): void => {
    if (missing.length === 0) present.push({ name, worker, jobs: 1, ...further })
    else leftOut.push({ name, because: missing.join("; ") })
  }
  const file = (...path: ReadonlyArray<string>): string => join(runtimes, ...path)
  const lacks = (what: string, path: string): ReadonlyArray<string> =>
    existsSync(path) ? [] : [`${what} is not installed: ${setup}`]

  const x86 = process.arch === "x64" ? [] : [`the flags are of x86-64, and this is ${process.arch}`]
  add("V8 without AVX and FMA", x86, `${own} --no-enable-avx --no-enable-fma3`)
  add("V8 with its baseline compiler for WebAssembly only", [], `${own} --liftoff-only`)
  add("V8 with JavaScript interpreted only", [], `${own} --no-opt --no-sparkplug`)
  const windows = process.platform === "win32" ? ["there is no `env` on Windows"] : []
  add(
    "another time zone and language",
    windows,
    `env TZ=Asia/Kathmandu LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8 ${own}`,
  )

  const compiles = canCompile()
  const addNative = (
    name: string,
    missing: ReadonlyArray<string>,
    worker: string,
    native: Variant["native"] = {},
  ) => {
    const lacking = compiles ? missing : ["there is no C compiler here"]
    const onlyTrains = worker !== own
    if (lacking.length === 0)
      present.push({ name: `${name}, native kernels`, worker, jobs: 1, native, onlyTrains })
    else leftOut.push({ name: `${name}, native kernels`, because: lacking.join("; ") })
  }
  addNative("this Node", [], own)
  addNative("this Node, AVX2 and no more", x86, own, { march: "x86-64-v3" })
  for (const major of majors) {
    if (process.versions.node.startsWith(`${major}.`)) continue
    const node = file("node_modules", `node${major}`, "bin", "node")
    const missing = lacks(`Node ${major}`, node)
    add(`Node ${major}`, missing, quoted(node))
    addNative(`Node ${major}`, missing, quoted(node))
  }
  const bun = file("node_modules", "bun", "bin", "bun")
  add("Bun (JavaScriptCore)", lacks("Bun", bun), quoted(bun))

  const qemu = onPath("qemu-aarch64-static") ?? file("qemu", "usr", "bin", "qemu-aarch64-static")
  const node = file("node_modules", "node20-arm64", "bin", "node")
  const libraries = file("arm64")
  add(
    "arm64, emulated by qemu",
    [
      ...(process.platform === "linux"
        ? []
        : [`qemu's user mode is of Linux, and this is ${process.platform}`]),
      ...lacks("qemu-aarch64-static", qemu),
      ...lacks("Node for arm64", node),
      ...lacks("Debian's C library for arm64", join(libraries, "lib", "ld-linux-aarch64.so.1")),
    ],
    `${quoted(qemu)} -L ${quoted(libraries)} ${quoted(node)}`,
    { isEmulated: true },
  )
  return { present, leftOut }
}

export interface Nodes {
  readonly present: ReadonlyArray<{ readonly major: number; readonly path: string }>
  readonly leftOut: ReadonlyArray<LeftOut>
}

/** The versions of Node that the command line is run under; where this one is of them, itself. */
export function nodesAt(runtimes: string): Nodes {
  const all = majors.map((major) => ({
    major,
    path: process.versions.node.startsWith(`${major}.`)
      ? process.execPath
      : join(runtimes, "node_modules", `node${major}`, "bin", "node"),
  }))
  return {
    present: all.filter(({ path }) => existsSync(path)),
    leftOut: all
      .filter(({ path }) => !existsSync(path))
      .map(({ major }) => ({ name: `Node ${major}`, because: `it is not installed: ${setup}` })),
  }
}

const canCompile = (): boolean => {
  try {
    compiler()
    return true
  } catch {
    return false
  }
}

const quoted = (path: string): string => (/[\s"']/.test(path) ? `"${path}"` : path)

const onPath = (program: string): string | undefined =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path))
