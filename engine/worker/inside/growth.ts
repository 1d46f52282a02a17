// Whether a worker has grown by what its tasks left in memory: another then takes its place, between two tasks. It knows no stage.
// What is asked here is asked of Node before any trap stands.
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

const megabyte = 1024 * 1024
/** Bytes. Below a few large inputs every other task would look like a leak; a new worker costs a fifth of a second. */
const leftAtMost = 256 * megabyte

const resources = process.resourceUsage.bind(process)
const residentNow = process.memoryUsage.rss.bind(process.memoryUsage)
/** The most that it ever was, which costs no reading of a file. */
const residentEver = (): number => resources().maxRSS * 1024
const setFlags = setFlagsFromString
const inNewContext = runInNewContext

/** What this is measured with. */
export interface Memory {
  /** Bytes of this process in memory. */
  readonly now: () => number
  /** The most that they ever were. */
  readonly ever: () => number
  /** Lets go of all that nothing reaches. */
  readonly collect: () => void
}

const own: Memory = {
  now: residentNow,
  ever: residentEver,
  collect() {
    try {
      setFlags("--expose-gc")
      const collect = inNewContext("gc") as () => void
      setFlags("--no-expose-gc") // no context of a stage's own is to have it
      collect()
      collect() // what the first let go of is given back by the next
    } catch {
      // another runtime: what it holds counts
    }
  },
}

export class Growth {
  readonly #memory: Memory
  /** Bytes that were there before any task could leave something: with the code that was loaded since. */
  #before = 0

  constructor(memory: Memory = own) {
    this.#memory = memory
  }

  /**
   * To be asked once after each task.
   *
   * @param hasLoaded whether it was the first of its code: that stays, and is no leak
   */
  isTooLarge(hasLoaded: boolean): boolean {
    const { now, ever, collect } = this.#memory
    const limit = this.#before + leftAtMost
    if (ever() <= limit && !hasLoaded) return false
    if (now() > limit) collect()
    const bytes = now()
    if (hasLoaded) this.#before = bytes
    return !hasLoaded && bytes > limit
  }
}
