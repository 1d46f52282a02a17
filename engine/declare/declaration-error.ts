// The declaration itself is wrong: who wrote it must mend it. Knows nothing of what was declared.

export class DeclarationError extends Error {
  readonly _tag = "DeclarationError"
}
