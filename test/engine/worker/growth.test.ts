import t from "tap"
import { Growth } from "../../../engine/worker/inside/growth.ts"

const megabyte = 1024 * 1024

t.test(
  "a worker has grown by what its tasks left, not by its code, nor by what nothing reaches any more",
  async (t) => {
    let bytes = 0
    let ever = 0
    let garbage = 0
    let collected = 0
    const growth = new Growth({
      now: () => bytes,
      ever: () => ever,
      collect: () => {
        collected++
        bytes -= garbage
        garbage = 0
      },
    })
    const after = (
      more: { readonly left?: number; readonly garbage?: number },
      hasLoaded = false,
    ): boolean => {
      garbage += (more.garbage ?? 0) * megabyte
      bytes += ((more.left ?? 0) + (more.garbage ?? 0)) * megabyte
      ever = Math.max(ever, bytes)
      return growth.isTooLarge(hasLoaded)
    }
    t.notOk(after({ left: 700, garbage: 300 }, true), "the code of the first task")
    t.equal(collected, 1)
    for (let task = 0; task < 1000; task++) t.notOk(after({ garbage: 2 }))
    t.ok(collected < 20, `${collected} collections`)
    t.notOk(after({ left: 250 }))
    t.notOk(after({ left: 400 }, true), "more code")
    t.notOk(after({ left: 255 }))
    t.ok(after({ left: 2 }), "and what it left")
  },
)
