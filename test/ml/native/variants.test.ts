// in turn, in CI: it compiles the kernels for several processors.
// The kernels in C as other compilers, flags and processors have them: those that keep the bits pass the self-test, the others do not.
import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { firstFault } from "../../../ml/native/self-test.ts"
import { compile, compiler } from "../../../setup/native/compile.ts"
import { selfTest } from "../../../setup/native/lanes.ts"
import { isLong } from "../../counts.ts"
import { wasm } from "../support/harness.ts"
import { compileDriver, drivenLanes } from "../support/native-driver.ts"
import { nativeLibrary, withoutCompiler } from "../support/native-library.ts"

const isX64 = process.arch === "x64"
const skip = withoutCompiler || (isX64 ? false : "these flags are of x86-64")
const has = (command: string): boolean => spawnSync(command, ["--version"]).status === 0
const without = (...commands: ReadonlyArray<string>): string | false =>
  commands.every(has) ? false : `${commands.join(" and ")} are not here`
const module = new WebAssembly.Module(wasm)

async function built(t: Test, flags: ReadonlyArray<string>): Promise<string> {
  const folder = temporaryFolder(t)
  const file = join(folder, "kernels.node")
  await compile(compiler(flags), folder, file)
  return file
}

for (const [what, flags] of [
  ["sixteen lanes, by narrower vectors", ["-march=x86-64-v3", "-DLANES=16"]],
  ["eight lanes", ["-march=x86-64-v3", "-DLANES=8"]],
  ["four lanes, on any x86-64", ["-march=x86-64"]],
] as const)
  t.test(`${what}: every kernel has WebAssembly's bits`, { skip }, async (t) => {
    t.equal(selfTest(await built(t, flags)), null)
  })

t.test("what is built for AVX-512 compiles, and has its instructions", { skip }, async (t) => {
  const library = readFileSync(await built(t, ["-march=x86-64-v4"]))
  // The prefix of instructions that AVX-512 brought, with the operation of a multiplication behind it.
  let found = 0
  for (let i = 0; i < library.length - 5; i++) if (library[i] === 0x62 && library[i + 4] === 0x59) found++
  t.ok(found > 100, `${found} multiplications`)
})

t.test("a library whose products and sums are contracted is refused", { skip }, async (t) => {
  t.match(selfTest(await built(t, ["-march=x86-64-v3", "-ffp-contract=fast", "-mfma"])), /differs at byte/)
})

t.test("a library of which one instruction is another is refused", { skip }, async (t) => {
  const library = readFileSync(await nativeLibrary())
  // vaddps, in the short form, of eight lanes; as vsubps it takes the same registers.
  const places: Array<number> = []
  for (let i = 0; i < library.length - 4; i++)
    if (library[i] === 0xc5 && (library[i + 1]! & 0x87) === 0x84 && library[i + 2] === 0x58)
      places.push(i + 2)
  t.ok(places.length > 50, `${places.length} additions`)
  const file = join(temporaryFolder(t), "kernels.node")
  for (const part of [0.2, 0.4, 0.6, 0.8]) {
    const altered = Buffer.from(library)
    altered[places[Math.floor(part * places.length)]!] = 0x5c
    writeFileSync(file, altered)
    t.not(selfTest(file), null, `an addition of ${places.length} became a subtraction, at ${part}`)
  }
})

t.test(
  "another compiler's kernels have WebAssembly's bits",
  { skip: skip || without("clang") },
  async (t) => {
    process.env.CC = "clang"
    t.teardown(() => void delete process.env.CC)
    t.equal(selfTest(await built(t, ["-march=x86-64-v3"])), null)
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
  { skip: skip || (isLong ? false : "npm run test:long") },
  async (t) => {
    const watched = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g", "-march=x86-64-v3"]
    const driver = await compileDriver(t, process.env.CC ?? "cc", watched)
    t.equal(firstFault(module, drivenLanes(t, [driver])), undefined)
  },
)
