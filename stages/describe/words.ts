// How the tables of `describe` write numbers and sizes; knows nothing of what they measure.

/** A question of the coursework, its answer as computed, and how it follows. */
export interface Answer {
  readonly [column: string]: string
  readonly question: string
  readonly answer: string
  readonly "how it follows": string
}

export const answer = (question: string, answer: string, how: string): Answer => ({
  question,
  answer,
  "how it follows": how,
})

/** 1234567 → "1,234,567", in every locale. */
export const grouped = (count: number): string => {
  const [whole, ...fraction] = String(count).split(".")
  return [whole!.replace(/\B(?=(?:\d{3})+$)/g, ","), ...fraction].join(".")
}

/** "28 × 28 × 3". */
export const times = (sizes: ReadonlyArray<number>): string => sizes.map(grouped).join(" × ")

/** "12,613,600 bytes (12.6 MB)". */
export const bytesText = (bytes: number): string => {
  const exact = `${grouped(bytes)} bytes`
  if (bytes < 1e5) return exact
  return `${exact} (${bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`})`
}

/** "2.44 %". */
export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`

/** "3.97 ×". */
export const ratio = (value: number, before: number): string => `${(value / before).toFixed(2)} ×`

/** "1 filter", "3 filters". */
export const counted = (count: number, noun: string): string =>
  `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`
