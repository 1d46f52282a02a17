// What a preview assumes that tasks give: known for certain, as it was last time, or nothing at all. It looks nothing up.
import type { ChoiceNode } from "../../declare/task.ts"
import { decisionOn } from "../../key/decision.ts"
import type { Decision } from "../../key/explain.ts"
import { chosen, type Known } from "../../key/known.ts"
import type { OutputRecords } from "../../ledger/records.ts"
import { type Deciders, decidersOf } from "../../plan/deciders.ts"
import type { PlannedStep } from "../../plan/planned.ts"
import { type Decide, type PlannedSteps, plannedStep } from "../../plan/taken.ts"
import type { Source } from "../../plan/wired-outputs.ts"

interface Assumed {
  readonly outputs: OutputRecords | undefined
  readonly deciders: Deciders
}

/** What a step takes: what of it nobody knows, and what will decide on it. */
interface Taken {
  readonly unknown: ReadonlyArray<PlannedStep>
  readonly deciders: ReadonlyArray<Deciders>
}

export class AssumedOutputs {
  readonly #planned: PlannedSteps
  readonly #known: Known
  readonly #assumed = new Map<PlannedStep, Assumed>()

  constructor(planned: PlannedSteps, known: Known) {
    this.#planned = planned
    this.#known = known
  }

  set(step: PlannedStep, assumed: Assumed): void {
    this.#assumed.set(step, assumed)
  }

  has(step: PlannedStep): boolean {
    return this.#assumed.has(step)
  }

  of(step: PlannedStep): Assumed {
    return this.#assumed.get(step)!
  }

  taken({ sure, choices }: PlannedStep): Taken {
    const through = choices.map((choice) => this.#through(choice))
    return {
      unknown: [
        ...sure.filter((step) => this.of(step).outputs === undefined),
        ...through.flatMap(({ unknown }) => unknown),
      ],
      deciders: [
        ...sure.map((step) => this.of(step).deciders),
        ...through.flatMap(({ deciders }) => deciders),
      ],
    }
  }

  /** Through a choice: what decides, and then what it would come to. */
  #through(source: Source): Taken {
    if (source._tag === "Choice") {
      const deciding = this.#through(source.on.output.source)
      const made = deciding.unknown.length > 0 ? undefined : this.#made(source)
      if (made == null) return deciding
      const { unknown, deciders } = this.#through(made.source)
      return { unknown, deciders: [...deciding.deciders, ...deciders] }
    }
    const step = plannedStep(source, this.#planned)
    if (step === undefined) return { unknown: [], deciders: [] }
    const { outputs, deciders } = this.of(step)
    return { unknown: outputs === undefined ? [step] : [], deciders: [deciders] }
  }

  #made(choice: ChoiceNode): ReturnType<Decide> {
    try {
      return chosen(choice, this.#known)
    } catch {
      return undefined // what takes it says what is wrong with the value
    }
  }

  /** What a choice comes to, where that is known for certain. */
  readonly decide: Decide = (choice) => {
    const { unknown, deciders } = this.#through(choice.on.output.source)
    const isCertain = unknown.length === 0 && deciders.every((each) => each.length === 0)
    return isCertain ? this.#made(choice) : undefined
  }

  /** What decides on a choice that is not made. */
  waitsFor({ on }: ChoiceNode): Deciders {
    return decidersOf(this.#through(on.output.source).deciders)
  }

  /** The value that decides, known for certain. */
  decision(choice: ChoiceNode): Decision {
    return decisionOn(choice, this.#known)
  }
}
