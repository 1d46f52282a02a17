// What every stage that reads data gives: a part to train on and one to test on, as arrays, and what was noticed on the way.
import * as Schema from "effect/Schema"
import {
  type ArrayOf,
  checkEveryClass,
  encodeNpy,
  heldOut,
  type Marks,
  repeated,
  rows,
  type Split,
} from "refold/ml"

export const partOutputs = {
  trainInputs: "array:train:inputs",
  trainTargets: "array:train:targets",
  testInputs: "array:test:inputs",
  testTargets: "array:test:targets",
  /** Of each train example what it belongs to; null where the data name no groups. */
  trainGroups: "json:train:groups",
  /** Of each train example when it was; null where the data name no times. */
  trainTimes: "json:train:times",
  /** What the data are: classes, shape of an example, counts. */
  facts: "value",
  checks: "metrics:data",
} as const

/** How the part to test on is held out of one set of data. */
export const Test = Schema.Struct({
  /** The share that is held out. */
  fraction: Schema.Number.pipe(Schema.greaterThan(0), Schema.lessThan(1)),
  seed: Schema.Int,
  /** Left out: by time or else by group if the data name one, else by class if there are classes. */
  by: Schema.optionalWith(Schema.Literal("class", "random", "group", "time"), { exact: true }),
})

/** Examples that were read, all or one part of them. */
export interface Read {
  readonly inputs: ArrayOf
  readonly targets: ArrayOf
  readonly marks: Marks
  /** What an example is called in messages, by its place: a file, a row. */
  readonly nameOf: (at: number) => string
}

/** What the data are, beside what the arrays say. */
export type Facts = Readonly<Record<string, unknown>> & { readonly classes: ReadonlyArray<string> | null }

/** @throws StrataError for what cannot be held out, or leaves a part without a class */
export function partsOf(read: Read, test: typeof Test.Type, facts: Facts, log: (line: string) => void) {
  const { train, validation } = held(read.inputs.shape[0]!, read.marks, test, log)
  return givenParts(take(read, train), take(read, validation), facts, log)
}

/** Which examples are trained on and which, as `validation`, are held out; what may leak is told. */
export function held(
  count: number,
  marks: Marks,
  test: typeof Test.Type,
  log: (line: string) => void,
): Split {
  const { warnings, ...split } = heldOut(count, marks, test)
  for (const warning of warnings) log(`warning: ${warning}`)
  return split
}

const take = ({ inputs, targets, marks, nameOf }: Read, indices: Uint32Array): Read => ({
  inputs: rows(inputs, indices),
  targets: rows(targets, indices),
  marks: marksAt(marks, indices),
  nameOf: (at) => nameOf(indices[at]!),
})

/** Of some of the examples. */
export const marksAt = ({ labels, groups, times }: Marks, indices: Uint32Array): Marks => ({
  labels: labels && Uint8Array.from(indices, (index) => labels[index]!),
  groups: groups && Array.from(indices, (index) => groups[index]!),
  times: times && Array.from(indices, (index) => times[index]!),
})

/** Of two parts that were read each by itself. @throws StrataError when a class has no example in one of them */
export function givenParts(train: Read, test: Read, facts: Facts, log: (line: string) => void) {
  const [trained, tested] = [train.inputs.shape[0]!, test.inputs.shape[0]!]
  for (const [part, name] of [
    [train, "the part to train on"],
    [test, "the part to test on"],
  ] as const)
    if (part.marks.labels !== null && facts.classes !== null)
      checkEveryClass(part.marks.labels, facts.classes, name)
  return {
    trainInputs: encodeNpy(train.inputs.shape, train.inputs.data),
    trainTargets: encodeNpy(train.targets.shape, train.targets.data),
    testInputs: encodeNpy(test.inputs.shape, test.inputs.data),
    testTargets: encodeNpy(test.targets.shape, test.targets.data),
    trainGroups: train.marks.groups as never,
    trainTimes: train.marks.times as never,
    facts: { ...facts, shape: train.inputs.shape.slice(1), train: trained, test: tested } as never,
    checks: { "train.examples": trained, "test.examples": tested, ...noticed(train, test, log) },
  }
}

/** Names in a line of the log. */
const shown = 5

function noticed(train: Read, test: Read, log: (line: string) => void): Readonly<Record<string, number>> {
  const { across, within } = repeated(train.inputs, test.inputs)
  const list = (pairs: ReadonlyArray<string>) =>
    `${pairs.slice(0, shown).join(", ")}${pairs.length > shown ? ", …" : ""}`
  if (across.length > 0)
    log(
      `warning: ${across.length} of ${test.inputs.shape[0]} examples to test on are byte for byte ones to train on: ${list(
        across.map((pair) => `${test.nameOf(pair.test)} = ${train.nameOf(pair.train)}`),
      )}; what is measured on them may be remembered, not learnt: take one of each out, or have both in one group`,
    )
  if (within.length > 0)
    log(
      `warning: ${within.length} of ${train.inputs.shape[0]} examples to train on are there before: ${list(
        within.map((pair) => `${train.nameOf(pair.later)} = ${train.nameOf(pair.first)}`),
      )}; a split at random may have one to fit and one to validate on`,
    )
  return { "duplicates.across": across.length, "duplicates.within.train": within.length }
}
