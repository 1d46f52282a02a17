// alone: it sends signals to its own process.
import t from "tap"
import { listenForEnd } from "../../../engine/cli/process/signals.ts"

const signal = "SIGHUP"

t.test(
  "a signal that came while nothing but the launcher listened, and was not heard yet, is heard",
  { skip: process.platform === "win32" && "a process there that is sent a signal ends" },
  async (t) => {
    let launcher = 0
    process.on(signal, () => launcher++)
    process.kill(process.pid, signal)
    let enough: NodeJS.Timeout | undefined // to listen for signals keeps no process going
    const wasHeard = await new Promise<boolean>((resolve) => {
      enough = setTimeout(() => resolve(false), 5_000)
      listenForEnd(
        () => resolve(true),
        () => {},
      )
    })
    clearTimeout(enough)
    t.ok(wasHeard)
    t.equal(launcher, 0, "and by nobody else any more")
    process.removeAllListeners(signal)
  },
)
