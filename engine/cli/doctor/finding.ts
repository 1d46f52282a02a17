// What `doctor` asks and is told: one thing at a time, with what was found and what would help.

export interface Finding {
  readonly name: string
  /** `missing` is what one may do without. */
  readonly status: "ok" | "missing" | "broken"
  readonly found: string
  readonly remedy: string | null
  /** The same for programs, in numbers. */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>
}

export interface Asked {
  readonly root: string
  readonly artifacts: string
  /** Where what was downloaded lies. */
  readonly cache: string
  /** A folder to look for data in first, if one is named. */
  readonly data: string | undefined
  /** Who named these two: an option, or the configuration's file. */
  readonly by: { readonly artifacts?: string | undefined; readonly data?: string | undefined }
  /** How long something that is measured may take; 0 measures nothing. */
  readonly seconds: number
}

/** Findings under one heading. */
export interface Probe {
  readonly about: string
  readonly ask: (asked: Asked) => Promise<ReadonlyArray<Finding>>
}

export const fine = (name: string, found: string, facts: Finding["facts"] = {}): Finding => ({
  ...{ name, status: "ok", found, remedy: null, facts },
})

export const broken = (
  name: string,
  found: string,
  remedy: string,
  facts: Finding["facts"] = {},
): Finding => ({
  ...{ name, status: "broken", found, remedy, facts },
})

export const missing = (name: string, found: string, remedy: string | null): Finding => ({
  ...{ name, status: "missing", found, remedy },
})
