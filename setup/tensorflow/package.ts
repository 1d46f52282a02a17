// The native package in a folder of its own, whose library is that of the unpacked wheels.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { run } from "./run.ts"

/** Beside the project's packages and none of them, so that npm neither lists nor prunes it. */
export const DEFAULT_DIR = "node_modules/.cache/refold-tensorflow"
/** What this program leaves in its folder, so that it takes away no other. */
export const MARKER = "refold-tensorflow.json"
const VERSION = "4.22.0"

/**
 * Installs it without its own scripts, which fetch an old library; gives the package's folder. Throws Error where the folder
 * holds another TensorFlow.
 */
export function installPackage(dir: string, version: string, gpu: boolean): string {
  const name = gpu ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node"
  const native = join(dir, "node_modules", name)
  mkdirSync(dir, { recursive: true })
  const marker = join(dir, MARKER)
  const wanted = JSON.stringify({ package: name, tensorflow: version })
  if (existsSync(marker) && readFileSync(marker, "utf8") !== wanted)
    throw new Error(`${dir} holds another TensorFlow: take it away with --remove first`)
  writeFileSync(marker, wanted)
  const done = join(dir, "installed")
  if (existsSync(done)) return native
  // npm takes what a killed install left for whole.
  rmSync(join(dir, "node_modules"), { recursive: true, force: true, maxRetries: 5 })
  const manifest = { private: true, overrides: { tar: "^7.5.16" } }
  writeFileSync(join(dir, "package.json"), JSON.stringify(manifest))
  console.log(`installing ${name} ${VERSION}`)
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
  run("npm", ["install", "--ignore-scripts", ...quiet, `${name}@${VERSION}`], dir)
  writeFileSync(done, "")
  return native
}

/** Links the unpacked library, under the names that the package asks for, and CUDA's libraries into its folder. */
export function link(dir: string, native: string): void {
  const unpacked = join(dir, "unpacked")
  const lib = join(native, "deps", "lib")
  mkdirSync(lib, { recursive: true })
  const put = (target: string, name: string): void => {
    const path = join(lib, name)
    if (lstatSync(path, { throwIfNoEntry: false })) rmSync(path)
    symlinkSync(target, path)
  }
  for (const [part, names] of [
    ["libtensorflow_cc.so.2", ["libtensorflow.so", "libtensorflow.so.2", "libtensorflow.so.2.9.1"]],
    ["libtensorflow_framework.so.2", ["libtensorflow_framework.so", "libtensorflow_framework.so.2.9.1"]],
  ] as const)
    for (const name of [part, ...names]) put(join(unpacked, "tensorflow", part), name)
  const include = join(native, "deps", "include")
  if (!existsSync(include)) symlinkSync(join(unpacked, "tensorflow", "include"), include)
  const nvidia = join(unpacked, "nvidia")
  if (!existsSync(nvidia)) return
  for (const part of readdirSync(nvidia)) {
    const from = join(nvidia, part, "lib")
    if (existsSync(from)) for (const name of readdirSync(from)) put(join(from, name), name)
  }
}

/** Builds the addon against the library, unless that was done to its end. */
export function build(dir: string, native: string, gpu: boolean): void {
  const done = join(native, "lib", "napi-v8", "built")
  if (existsSync(done)) return
  console.log("building the addon")
  // The GPU package's own install script takes the library away again, so its build is started by itself.
  if (gpu) run("npx", ["node-pre-gyp", "install", "--build-from-source"], native)
  else run("npm", ["rebuild", "@tensorflow/tfjs-node", "--build-from-source", "--loglevel=error"], dir)
  writeFileSync(done, "")
}
