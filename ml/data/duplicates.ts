// Examples that are byte for byte the same: on both sides of a split, one is not tested but remembered. It knows no splits.

/** The sets of two and more equal examples, each ascending, in the order of their first. @param size bytes of an example */
export function duplicates(data: Uint8Array, size: number): ReadonlyArray<ReadonlyArray<number>> {
  const buckets = new Map<number, Array<Array<number>>>()
  for (let at = 0; (at + 1) * size <= data.length; at++) {
    const bytes = data.subarray(at * size, (at + 1) * size)
    const hash = hashOf(bytes)
    const sets = buckets.get(hash) ?? []
    if (sets.length === 0) buckets.set(hash, sets)
    const same = sets.find(([first]) => isSame(bytes, data.subarray(first! * size, (first! + 1) * size)))
    if (same === undefined) sets.push([at])
    else same.push(at)
  }
  return [...buckets.values()]
    .flat()
    .filter((set) => set.length > 1)
    .sort(([a], [b]) => a! - b!)
}

/** FNV-1a of 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/): where it agrees, bytes are compared. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  return hash
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return a.length === b.length
}
