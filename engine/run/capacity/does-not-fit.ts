// A task that takes more than there is: it would wait for ever, so that it is refused, with what would help.
import type { Amounts } from "./free.ts"
import type { Needs } from "./needs.ts"

export class DoesNotFit extends Error {
  readonly _tag = "DoesNotFit"

  constructor(stage: string, needs: Needs, excess: keyof Amounts, all: Amounts) {
    super(messageOf[excess](stage, needs, all))
  }
}

const messageOf: Readonly<Record<keyof Amounts, (stage: string, needs: Needs, all: Amounts) => string>> = {
  cores: (stage, { cores }, all) =>
    `stage "${stage}" takes ${cores} cores, and --jobs gives this run ${all.cores}: say --jobs ${cores}, or fewer cores with --policy ${stage}.resources.cores=${all.cores}; no key moves`,
  memory: (stage, { memory }, all) =>
    `stage "${stage}" takes ${inGB(memory)} of memory, and there are ${inGB(all.memory)}: say less with --policy ${stage}.resources.memory=SIZE where less is enough, or more with limits.memory in refold.config.ts where there is more; no key moves`,
}

const inGB = (bytes: number): string => `${Number((bytes / 1e9).toPrecision(3))} GB`
