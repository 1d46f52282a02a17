// Counts with their nouns, and lists of names as long as a person reads. Pure.

/** `1 picture`, `14 pictures`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

/** As many as a person reads; programs get all. */
export const someOf = (names: ReadonlyArray<string>, most = 8): string =>
  names.length <= most
    ? names.join(", ")
    : `${names.slice(0, most).join(", ")} and ${names.length - most} more`
