// in turn: it starts a compiler, and processes.
// Kernels in C on the memories that WebAssembly's run on: shared, growing, larger than two GiB; and what lies outside.
import { test } from "tap"
import { Arena } from "../../../ml/kernels/arena.ts"
import { bindKernels } from "../../../ml/kernels/bind.ts"
import { loadKernels } from "../../../ml/kernels/load.ts"
import { at, type Pointer, pointer, stride } from "../../../ml/kernels/quantities.ts"
import { firstFault } from "../../../ml/native/self-test.ts"
import { wasm } from "../support/harness.ts"
import { nativeLanes, withoutCompiler } from "../support/native-library.ts"

const skip = withoutCompiler

async function bound(shared: boolean) {
  const { module } = await loadKernels(wasm, shared)
  const arena = new Arena({ shared })
  const native = bindKernels(module, arena.memory, await nativeLanes())
  arena.startAt(native.firstFree())
  return { arena, native, portable: bindKernels(module, arena.memory) }
}

/** Four floats that relu changes, and whether it did. */
const put = (arena: Arena, place: Pointer): void => arena.f32.set([-1, 2, -3, 4], place / 4)
const isRelued = (arena: Arena, place: Pointer): boolean => `${arena.floats(place, 4)}` === "0,2,0,4"

test("kernels in C pass the self-test, for any seed", { skip }, async (t) => {
  const lanes = await nativeLanes()
  const { module } = await loadKernels(wasm, false)
  t.equal(firstFault(module, lanes), undefined)
})

for (const shared of [false, true]) {
  const kind = shared ? "shared" : "plain"
  test(`a ${kind} memory may grow after kernels in C are bound to it`, { skip }, async (t) => {
    const { arena, native } = await bound(shared)
    const first = arena.allocate(64)
    put(arena, first)
    native.reluForward(first, first, 1)
    t.ok(isRelued(arena, first))
    arena.allocate(2 ** 28)
    const last = arena.allocate(64)
    for (const place of [first, last]) {
      put(arena, place)
      native.reluForward(place, place, 1)
      t.ok(isRelued(arena, place))
    }
  })
}

test("a memory that another thread grew is met at its new length", { skip }, async (t) => {
  const { arena, native } = await bound(true)
  arena.memory.grow(16)
  const last = pointer(arena.memory.buffer.byteLength - 1024)
  native.clear(last, 64)
  native.reluForward(last, last, 1)
  t.throws(() => native.reluForward(at(last, 768), last, 1), RangeError)
})

test("two memories in one thread keep apart", { skip }, async (t) => {
  const [one, other] = [await bound(false), await bound(false)]
  const place = one.arena.allocate(64)
  for (const { arena } of [one, other]) put(arena, place)
  one.native.reluForward(place, place, 1)
  t.ok(isRelued(one.arena, place))
  t.notOk(isRelued(other.arena, place))
})

test("a place above two GiB is met, as WebAssembly gives it and as it is", { skip }, async (t) => {
  const { arena, native, portable } = await bound(false)
  arena.allocate(2 ** 31)
  const [gradient, patches, list] = [arena.allocate(256), arena.allocate(256), arena.allocate(256)]
  put(arena, gradient)
  const given = portable.entriesInOrder(gradient, 0, patches, 4, 1, stride(16), list)
  t.ok(given < 0, "WebAssembly's places have a sign")
  t.equal(native.entriesInOrder(gradient, 0, patches, 4, 1, stride(16), list), given >>> 0)
  const [weights, to] = [arena.allocate(256), arena.allocate(256)]
  arena.f32.set([1, 1, 1, 1], weights / 4)
  arena.words(list, 16).forEach((_, i, all) => void (i % 4 === 2 && (all[i] = 0)))
  for (const end of [given, pointer(given >>> 0)])
    native.convolutionInputGradient(list, end, weights, 1, 1, to, stride(16))
  t.same([...arena.floats(to, 4)], [4, 4, 4, 4])
})

test("what lies outside the memory, or has an impossible shape, is a RangeError, and nothing is written", {
  skip,
}, async (t) => {
  const { arena, native } = await bound(false)
  const inside = arena.allocate(4096)
  const { byteLength } = arena.memory.buffer
  const before = Buffer.from(arena.u8).toString("base64")
  const outside = pointer(byteLength - 64)
  for (const [x, vectors] of [
    [outside, 4],
    [pointer(-16), 1],
    [inside, byteLength / 16],
    [inside, -1],
    [inside, 2 ** 31 - 1],
  ] as const)
    t.throws(() => native.reluForward(x, inside, vectors), RangeError)
  // biome-ignore format: one group of arguments a line
  t.throws(() => native.convolutionForward(
    inside, stride(16), stride(16), 1, inside, 2 ** 30, 0, inside, 1, 1, 8, 0, inside, stride(16), inside), RangeError)
  // biome-ignore format: one group of arguments a line
  t.throws(() => native.matrixProduct(
    inside, stride(4), stride(2 ** 30), inside, stride(32), stride(32), inside, stride(32), stride(32), 4, 2, 2 ** 30, 0), RangeError)
  t.equal(Buffer.from(arena.u8).toString("base64"), before)
})

test("a call with a term too few is a TypeError that names the terms", { skip }, async (t) => {
  const { native } = await bound(false)
  const call = native.reluForward as unknown as (...terms: ReadonlyArray<number>) => void
  t.throws(() => call(64, 64), { name: "TypeError", message: /x, out, vectors/ })
})
