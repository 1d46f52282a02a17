// `npm run setup:native`, in a project `npx refold setup-native`: the kernels in C, built for this processor, and tried against the
// portable ones.
import { existsSync, rmSync } from "node:fs"
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import { compiler } from "./native/compile.ts"
import { prove } from "./native/lanes.ts"
import { build, MARKER } from "./native/library.ts"
import { nativeDir } from "./native/place.ts"
import { setupNative } from "./native/sources.ts"

const USAGE = `Usage: ${setupNative("[--march NAME] [--dir D] [--remove]")}
  --march NAME  the processor to build for, such as x86-64-v3 (default: this one)
  --dir D       where to (default: $REFOLD_NATIVE_DIR, or node_modules/.cache/refold-native)
  --remove      take all of it away again`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      march: { type: "string" },
      dir: { type: "string" },
      remove: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  })
  if (values.help) return console.log(USAGE)
  const dir = values.dir === undefined ? nativeDir(process.cwd()) : resolve(values.dir)
  const undo = setupNative(`--remove${values.dir === undefined ? "" : ` --dir ${values.dir}`}`)
  if (values.remove) return remove(dir)
  const start = Date.now()
  const { built, isNew } = await build(
    dir,
    compiler(values.march === undefined ? [] : [`-march=${values.march}`]),
  )
  console.log(
    isNew
      ? `built ${built.file} in ${((Date.now() - start) / 1000).toFixed(1)} s with ${built.compiler}`
      : `${built.file} is there already`,
  )
  const { fault } = prove(dir, built)
  if (fault !== null)
    throw new Error(
      `it is not used, as it does not give the portable kernels' bits: ${fault}\nto take it away: ${undo}`,
    )
  console.log(`every kernel gives the portable ones' bits: runs use it from now on\nto undo it: ${undo}`)
}

/** Removes a folder that this program made, and no other. */
function remove(dir: string): void {
  if (!existsSync(resolve(dir, MARKER))) throw new Error(`${dir} is none of this program's`)
  rmSync(dir, { recursive: true, maxRetries: 5 })
  console.log(`removed ${dir}: runs use the portable kernels`)
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
