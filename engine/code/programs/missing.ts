// What a program depends on beside what it is given, and is not at hand here.

/** Says which, and what to do. */
export class EnvironmentMissing extends Error {
  readonly _tag = "EnvironmentMissing"
}
