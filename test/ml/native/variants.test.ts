// in turn, in CI, first: it compiles the kernels for several processors.
// The kernels in C as other flags have them: those that keep the bits pass the self-test, the others do not.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { compile, compiler } from "../../../setup/native/compile.ts"
import { selfTest } from "../../../setup/native/lanes.ts"
import { processor } from "../../../setup/native/processor.ts"
import { isLong } from "../../counts.ts"
import { nativeLibrary, withoutCompiler } from "../support/native-library.ts"

const isX64 = process.arch === "x64"
const skip = withoutCompiler || (isX64 ? false : "these flags are of x86-64")

async function built(t: Test, flags: ReadonlyArray<string>): Promise<string> {
  const folder = temporaryFolder(t)
  const file = join(folder, "kernels.node")
  await compile(compiler(flags), folder, file)
  return file
}

const has = processor()
const runsAvx512 = ["f", "bw", "cd", "dq", "vl"].every((part) => has.includes(`avx512${part}`))

t.test("sixteen lanes: every kernel has WebAssembly's bits", { skip }, async (t) => {
  t.ok(!runsAvx512 || selfTest(await nativeLibrary("x86-64-v4")) === null, "by this processor's own")
  // By narrower vectors each kernel is many instructions: the compiler takes a minute.
  if (!runsAvx512 || isLong) t.equal(selfTest(await built(t, ["-march=x86-64-v3", "-DLANES=16"])), null)
})

t.test("eight lanes: every kernel has WebAssembly's bits", { skip }, async (t) => {
  t.equal(selfTest(await nativeLibrary("x86-64-v3")), null)
})

t.test("four lanes, on any x86-64: every kernel has WebAssembly's bits", { skip }, async (t) => {
  t.equal(selfTest(await built(t, ["-march=x86-64"])), null)
})

t.test("what is built for AVX-512 compiles, and has its instructions", { skip }, async (t) => {
  const library = readFileSync(await nativeLibrary("x86-64-v4"))
  // The prefix of instructions that AVX-512 brought, with the operation of a multiplication behind it.
  let found = 0
  for (let i = 0; i < library.length - 5; i++) if (library[i] === 0x62 && library[i + 4] === 0x59) found++
  t.ok(found > 100, `${found} multiplications`)
})

t.test("a library whose products and sums are contracted is refused", { skip }, async (t) => {
  t.match(selfTest(await built(t, ["-march=x86-64-v3", "-ffp-contract=fast", "-mfma"])), /differs at byte/)
})

t.test("a library of which one instruction is another is refused", { skip }, async (t) => {
  const library = readFileSync(await nativeLibrary("x86-64-v3")) // whatever this processor has
  // vaddps, in the short form, of eight lanes, right behind a multiplication; as vsubps it takes the same registers.
  const places: Array<number> = []
  for (let i = 4; i < library.length - 4; i++)
    if (library[i] === 0xc5 && (library[i + 1]! & 0x87) === 0x84 && library[i + 2] === 0x58)
      if (library[i - 2] === 0x59) places.push(i + 2)
  t.ok(places.length > 50, `${places.length} additions`)
  const file = join(temporaryFolder(t), "kernels.node")
  for (const part of [0.3, 0.7]) {
    const altered = Buffer.from(library)
    altered[places[Math.floor(part * places.length)]!] = 0x5c
    writeFileSync(file, altered)
    t.not(selfTest(file), null, `an addition of ${places.length} became a subtraction, at ${part}`)
  }
})
