/** `npm run setup:tensorflow`: TensorFlow's native package on a current TensorFlow, in a folder of its own. */
import { existsSync, rmSync } from "node:fs"
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import { build, DEFAULT_DIR, installPackage, link, MARKER } from "./tensorflow/package.ts"
import { fetchWheel, unpack, wheelsOf } from "./tensorflow/wheels.ts"

const USAGE = `Usage: npm run setup:tensorflow -- [--gpu] [--version X] [--dir D] [--remove]
  --gpu        the package for NVIDIA cards, with CUDA's libraries
  --version X  the version of TensorFlow, 2.12.0 or later (default: 2.12.1; with --gpu 2.21.0)
  --dir D      where to (default: ${DEFAULT_DIR})
  --remove     take the folder away again`

function main(): void {
  const { values } = parseArgs({
    options: {
      gpu: { type: "boolean", default: false },
      version: { type: "string" },
      dir: { type: "string", default: DEFAULT_DIR },
      remove: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    return
  }
  const dir = resolve(values.dir)
  const undo = `npm run setup:tensorflow -- --remove${values.dir === DEFAULT_DIR ? "" : ` --dir ${values.dir}`}`
  if (values.remove) {
    remove(dir)
    return
  }
  const { gpu } = values
  const version = values.version ?? (gpu ? "2.21.0" : "2.12.1")
  const native = installPackage(dir, version, gpu)
  for (const wheel of wheelsOf(version, gpu)) unpack(fetchWheel(wheel, dir), dir)
  link(dir, native)
  build(dir, native, gpu)
  console.log(`TensorFlow ${version} is ready in ${dir}\nto undo it: ${undo}`)
}

/** Removes a folder that this program made, and no other. */
function remove(dir: string): void {
  if (!existsSync(resolve(dir, MARKER))) throw new Error(`${dir} is none of this program's`)
  rmSync(dir, { recursive: true })
  console.log(`removed ${dir}`)
}

try {
  main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
