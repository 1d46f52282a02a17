// `npm run setup:tensorflow`: TensorFlow's native package on a current TensorFlow, in a folder of its own.
import { spawnSync } from "node:child_process"
import { existsSync, rmSync } from "node:fs"
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import { environmentFor } from "./tensorflow/load.ts"
import { build, DEFAULT_DIR, installPackage, link, MARKER } from "./tensorflow/package.ts"
import { computesIn } from "./tensorflow/try.ts"
import { unpackWheel, wheelsOf } from "./tensorflow/wheels.ts"

const USAGE = `Usage: npm run setup:tensorflow -- [--gpu] [--version X] [--dir D] [--try | --remove]
  --gpu        the package for NVIDIA cards, with CUDA's libraries
  --version X  the version of TensorFlow, 2.12.0 or later (default: 2.12.1; with --gpu 2.21.0)
  --dir D      where to (default: ${DEFAULT_DIR})
  --try        only load what is there, and have it compute something
  --remove     take the folder away again`

function main(): void {
  const { values } = parseArgs({
    options: {
      gpu: { type: "boolean", default: false },
      version: { type: "string" },
      dir: { type: "string", default: DEFAULT_DIR },
      try: { type: "boolean", default: false },
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
  if (values.try) {
    process.argv.splice(2) // the package finds its addon through node-pre-gyp, which would take --dir for an option of its own
    console.log(computesIn(dir))
    return
  }
  const { gpu } = values
  const version = values.version ?? (gpu ? "2.21.0" : "2.12.1")
  const native = installPackage(dir, version, gpu)
  for (const wheel of wheelsOf(version, gpu)) unpackWheel(wheel, dir)
  link(dir, native)
  build(dir, native, gpu)
  check(dir)
  console.log(
    `TensorFlow ${version} is ready in ${dir}; package.json and the project's packages are as they were`,
  )
  if (values.dir !== DEFAULT_DIR) console.log(`runs find it there with REFOLD_TENSORFLOW_DIR=${dir}`)
  console.log(`to use it: npm run pipeline -- --exp lenet --backend tensorflow\nto undo it: ${undo}`)
}

/**
 * Tries it in another process, as it may take its own down; throws Error with what the package says where it does not load:
 * half a package is worse than none.
 */
function check(dir: string): void {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [...process.execArgv, process.argv[1]!, "--try", "--dir", dir],
    { encoding: "utf8", env: { ...process.env, ...environmentFor(dir, 1) } },
  )
  if (status !== 0)
    throw new Error(
      `what was built does not load (${signal ?? `exit code ${status}`}):\n${stderr.trim().slice(-1000)}`,
    )
  console.log(stdout.trim())
}

/** Removes a folder that this program made, and no other. */
function remove(dir: string): void {
  if (!existsSync(resolve(dir, MARKER))) throw new Error(`${dir} is none of this program's`)
  rmSync(dir, { recursive: true, maxRetries: 5 })
  console.log(`removed ${dir}`)
}

try {
  main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
