// Kernels on trial against WebAssembly's: seeded shapes with remainders, margins, NaN, −0 and denormals, all of the memory compared,
// so that a stray write shows. It knows no library.
import { Arena } from "../kernels/arena.ts"
import { bindKernels, type Lanes } from "../kernels/bind.ts"
import type { Kernels } from "../kernels/signatures.ts"
import { generator, seedOf } from "../statistics/random.ts"
import { Bench, Different } from "./bench.ts"
import { channelwise } from "./cases/channelwise.ts"
import { convolutions } from "./cases/convolutions.ts"
import { dense } from "./cases/dense.ts"
import { elementwise } from "./cases/elementwise.ts"
import { images } from "./cases/images.ts"

/** Bytes of the memory on which cases are tried; every case has to do with them. */
const BYTES = 2 ** 20

/** What is wrong with the kernels that `lanes` brings, in one sentence; undefined where every case gives the same bits. */
export function firstFault(module: WebAssembly.Module, lanes: Lanes, seed = 1): string | undefined {
  const [arena, other] = [arenaOf(BYTES), arenaOf(BYTES)]
  const believed = bindKernels(module, arena.memory)
  const tried = bindKernels(module, other.memory, lanes)
  const bench = new Bench(believed, tried, arena, other, generator(seedOf(seed, "native")))
  try {
    for (const [times, make] of [...convolutions, ...dense, ...elementwise, ...images, ...channelwise])
      for (let i = 0; i < times; i++) {
        bench.begin(i % 4 === 3)
        make(bench)
      }
  } catch (failure) {
    if (failure instanceof Different) return failure.message
    throw failure
  }
  const untried = brought(module, other, lanes).filter((name) => !bench.called.has(name))
  return untried.length === 0 ? undefined : `no case tries ${untried.join(", ")}`
}

/** The kernels that are the lanes' own. */
function brought(module: WebAssembly.Module, { memory }: Arena, lanes: Lanes): ReadonlyArray<string> {
  const portable = bindKernels(module, memory)
  const kernels = lanes(portable, memory)
  return Object.keys(kernels).filter(
    (name) => kernels[name as keyof Kernels] !== portable[name as keyof Kernels],
  )
}

function arenaOf(bytes: number): Arena {
  const arena = new Arena()
  arena.allocate(bytes)
  return arena
}
