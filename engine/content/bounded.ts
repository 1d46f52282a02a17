// Text from outside, cut where it enters: a message or a line may be of any length.

/** Characters of a message that are kept. */
export const messageAtMost = 4000

/** The first part of a text, and the last, with the size of what was left out between them. */
export function bounded(text: string, most = messageAtMost): string {
  if (text.length <= most) return text
  const last = Math.floor(most / 4)
  const left = text.length - most
  return `${text.slice(0, most - last)} … [${left} characters left out] … ${text.slice(-last)}`
}
