// What is wrong with installed packages, and what to do about it.

export class PackageError extends Error {
  readonly _tag = "PackageError"
}
