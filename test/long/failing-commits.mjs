// Loaded into a coordinator before it: makes the move of a link's state into the store fail, each time with the chance that
// FAILING_COMMITS names, and leaves a byte for each in a file. Plain JavaScript, for Node's `--import`. It knows one name of
// the worker's protocol: `state-N`.
import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"

const { seed, chance, count } = JSON.parse(process.env.FAILING_COMMITS ?? "{}")
const isCoordinator = /launch\.mjs$/.test(process.argv[1] ?? "")

if (isCoordinator && chance > 0) {
  const { appendFileSync, renameSync } = fs
  let state = seed >>> 0
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  fs.renameSync = (from, to) => {
    if (/[/\\]state-\d+$/.test(String(from)) && draw() < chance) {
      appendFileSync(count, ".")
      const message = `EIO: made to fail, rename '${from}' -> '${to}'`
      throw Object.assign(new Error(message), { code: "EIO", syscall: "rename" })
    }
    return renameSync(from, to)
  }
  syncBuiltinESMExports()
}
