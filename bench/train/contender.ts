// A process that trains when it is told to; it knows nothing of what it trains.
import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"

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

  /** Starts it and warms it up, so that a spell lasts about `seconds`; undefined where it cannot run. */
  static async start(command: ReadonlyArray<string>, seconds: number): Promise<Contender | undefined> {
    const child = spawn(command[0]!, command.slice(1), { stdio: ["pipe", "pipe", "ignore"] })
    child.on("error", () => {})
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
    const first = await lines.next()
    if (first.done) return undefined
    const contender = new Contender(first.value, child, lines)
    for (let steps = 8, spent = 0; spent < seconds; steps *= 2) {
      const start = performance.now()
      await contender.#train(steps)
      spent = (performance.now() - start) / 1000
      contender.#steps = Math.max(1, Math.round((steps * seconds) / spent))
    }
    return contender
  }

  /** Trains for a spell; images/s. */
  spell(): Promise<number> {
    return this.#train(this.#steps)
  }

  end(): void {
    this.#child.stdin!.end()
  }

  async #train(steps: number): Promise<number> {
    this.#child.stdin!.write(`${steps}\n`)
    return Number((await this.#lines.next()).value)
  }
}
