// What a tool is to the truth table: how the one small project is written in its terms, and how it is run there.
import type { StageSpec } from "./wiring.ts"

export interface Tool {
  readonly name: string
  readonly language: Language
  /** What is printed beside the table; undefined when the tool is not installed. */
  readonly version: () => string | undefined
  /** The project but for what `wire` gives: code, packages, settings. */
  readonly files: Readonly<Record<string, string>>
  /** The files that say which stages there are, what each takes, and with which params. */
  readonly wire: (stages: ReadonlyArray<StageSpec>) => Readonly<Record<string, string>>
  /** Once, in a new project. */
  readonly prepare?: (root: string) => void
  /** Where a module of the author's lies: `score` → `steps/score.py`. */
  readonly source: (module: string) => string
  readonly run: (lab: Lab) => Ran
  /** What an edit is here, where it is not what it is elsewhere; or why it cannot be made here. */
  readonly own?: Readonly<Record<string, Own | string>>
  /** Edits after which it does run more than it should. */
  readonly excused?: Readonly<Record<string, Excuse>>
}

export interface Excuse {
  /** The stages that run without need; no other may. */
  readonly runs: ReadonlyArray<string>
  readonly why: string
}

export type Language = "python" | "javascript" | "typescript"

export interface Own {
  readonly before?: Step
  readonly steps?: Step
  /** Where what may run is another stage. */
  readonly may?: ReadonlyArray<string>
}

/** One copy of the project, on which one edit is tried. */
export interface Lab {
  readonly tool: Tool
  root: string
  stages: ReadonlyArray<StageSpec>
  readonly env: Record<string, string>
  /** How the tool is called: another folder, more workers. */
  from: string
  isParallel: boolean
  /** Whether it goes on where something fails. */
  readonly isPartial: boolean
  /** Whether it was run before: else this is the run from nothing that the other is compared with. */
  readonly isWarm: boolean
}

export type Step = (lab: Lab) => void

export interface Ran {
  readonly code: number
  /** Names of the stages that ran; of a stage with several tasks their labels. */
  readonly ran: ReadonlyArray<string>
  /** Name of a result → digest of its bytes. */
  readonly results: Readonly<Record<string, string>>
  readonly said: string
}

export interface Edit {
  readonly name: string
  /** Stages that must run after it, and those that may: what could come out of them differs. No other should. */
  readonly must?: ReadonlyArray<string>
  readonly may?: ReadonlyArray<string>
  /** Why these. */
  readonly why: string
  /** What makes the project one that this can happen to, before it is first run. */
  readonly before?: Step
  readonly steps?: Step
  /** Why it cannot be made in a language. */
  readonly absent?: Partial<Readonly<Record<Language, string>>>
  /** Whether to refuse what it does is right, too. */
  readonly isRefusable?: boolean
  /** Whether some of it fails, before it or after: whatever else there is to do is done, and the run says that something failed. */
  readonly isPartial?: boolean
}
