// in turn, in CI: it compiles the kernels with other compilers.
// The kernels in C by another compiler, for another processor, and watched: they pass the self-test as well.
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import t from "tap"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { firstFault } from "../../../ml/native/self-test.ts"
import { compile, compiler } from "../../../setup/native/compile.ts"
import { selfTest } from "../../../setup/native/lanes.ts"
import { isLong } from "../../counts.ts"
import { wasm } from "../support/harness.ts"
import { compileDriver, drivenLanes } from "../support/native-driver.ts"
import { withoutCompiler } from "../support/native-library.ts"

const has = (command: string): boolean => spawnSync(command, ["--version"]).status === 0
const without = (...commands: ReadonlyArray<string>): string | false =>
  commands.every(has) ? false : `${commands.join(" and ")} are not here`
const module = new WebAssembly.Module(wasm)

t.test(
  "another compiler's kernels have WebAssembly's bits",
  { skip: withoutCompiler || without("clang") },
  async (t) => {
    const folder = temporaryFolder(t)
    const file = join(folder, "kernels.node")
    await compile({ ...compiler(), command: "clang" }, folder, file)
    t.equal(selfTest(file), null)
  },
)

t.test(
  "kernels for arm64 have WebAssembly's bits, on an emulated processor",
  { skip: without("aarch64-linux-gnu-gcc", "qemu-aarch64-static") },
  async (t) => {
    const driver = await compileDriver(t, "aarch64-linux-gnu-gcc", ["-static"])
    t.equal(firstFault(module, drivenLanes(t, ["qemu-aarch64-static", driver])), undefined)
  },
)

t.test(
  "no kernel does what AddressSanitizer and UBSan forbid",
  { skip: withoutCompiler || (isLong ? false : "npm run test:long") },
  async (t) => {
    // The widest lanes that this processor has.
    const own = process.arch === "x64" ? ["-march=native"] : []
    const watched = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g", "-O1", ...own]
    const driver = await compileDriver(t, process.env.CC ?? "cc", watched)
    t.equal(firstFault(module, drivenLanes(t, [driver])), undefined)
  },
)
