// What `doctor` asks of a machine: one thing at a time, answered with what was found and what would help.

export interface Finding {
  readonly name: string
  /** `missing` is no fault where the default job can run without it. */
  readonly status: "ok" | "missing" | "broken"
  readonly found: string
  readonly remedy: string | null
  /** More of it for programs. */
  readonly facts?: Readonly<Record<string, string | number | null>>
}

export interface Probe {
  /** Under which heading its findings stand. */
  readonly about: string
  /** Whether the default job cannot run unless this is well. */
  readonly isNeeded: boolean
  readonly ask: (place: {
    readonly artifacts: string
    readonly data: string | undefined
  }) => Promise<ReadonlyArray<Finding>>
}
