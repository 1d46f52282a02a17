// How many cores one task may use, and who hears when that changes. Nothing of it is in a key or shows in a result.

/** What one task may use now, and who hears of it when that changes. */
export class CoreShare {
  #cores = 1
  #hear: ((cores: number) => void) | undefined
  /** Whether the task can use more than one. */
  readonly several: boolean

  constructor(several: boolean) {
    this.several = several
  }

  get cores(): number {
    return this.#cores
  }

  /** From here on `hear` is called with each change; with nothing, nobody is. */
  onChange(hear: ((cores: number) => void) | undefined): void {
    this.#hear = hear
  }

  set(cores: number): void {
    if (cores === this.#cores) return
    this.#cores = cores
    this.#hear?.(cores)
  }
}
