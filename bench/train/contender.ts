// A process that trains when it is told to; it knows nothing of what it trains.
import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"

/** Images that all contenders learn from before any spell is timed, at the least. */
const LEARNED = 6400
/** Images over which zeros are counted. */
const COUNTED = 500

export class Contender {
  /** What it says it is, with its version. */
  readonly name: string
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  /** Steps of a spell. */
  #steps = 0

  private constructor(name: string, child: ChildProcess, lines: AsyncIterator<string>) {
    this.name = name
    this.#child = child
    this.#lines = lines
  }

  /** Starts it; undefined where it cannot run. */
  static async start(command: ReadonlyArray<string>): Promise<Contender | undefined> {
    const child = spawn(command[0]!, command.slice(1), { stdio: ["pipe", "pipe", "ignore"] })
    child.on("error", () => {})
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
    const first = await lines.next()
    return first.done ? undefined : new Contender(first.value, child, lines)
  }

  /** Lets it learn until its values are those of a network that does; spells then last about `seconds`. */
  async warmUp(batch: number, seconds: number): Promise<void> {
    await this.#ask("train", 8)
    const rate = await this.#ask("train", Math.ceil(LEARNED / batch))
    this.#steps = Math.max(1, Math.round((rate * seconds) / batch))
  }

  /** Trains for a spell; images/s. */
  spell(): Promise<number> {
    return this.#ask("train", this.#steps)
  }

  /** Predicts all images; seconds. */
  predict(): Promise<number> {
    return this.#ask("predict")
  }

  /** What training led to: the mean loss of the last spell, and the share of zeros in what relus put out. */
  async learned(): Promise<{ readonly loss: number; readonly zeros: number }> {
    return { loss: await this.#ask("loss"), zeros: await this.#ask("zeros", COUNTED) }
  }

  end(): void {
    this.#child.stdin!.end()
  }

  async #ask(word: string, argument = 0): Promise<number> {
    this.#child.stdin!.write(`${word} ${argument}\n`)
    const { value, done } = await this.#lines.next()
    if (done) throw new Error(`${this.name} ended when it was asked to ${word}`)
    return Number(value)
  }
}
