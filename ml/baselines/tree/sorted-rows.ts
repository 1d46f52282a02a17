// A node's examples by rising value of one feature, of equal values in their own order. Knows nothing of trees.

/** Examples that a key has room for beside a value. */
export const MOST_ROWS = 2 ** 21

/** Features of examples, as 32 bits hold them. */
export interface Table {
  readonly data: Float32Array | Uint8Array
  readonly features: number
}

/** Room that sorting uses again and again. */
export interface Sorter {
  /** `rows`, rising, sorted into `into`. */
  sort(rows: Uint32Array, feature: number, into: Uint32Array): void
}

export const sorterOf = (table: Table, most: number): Sorter =>
  table.data instanceof Float32Array
    ? byKey(table.data, table.features, most)
    : byCount(table.data, table.features)

/** Bytes are counted. */
function byCount(data: Uint8Array, features: number): Sorter {
  const places = new Uint32Array(257)
  return {
    sort: (rows, feature, into) => {
      places.fill(0)
      for (const row of rows) places[data[row * features + feature]! + 1]! += 1
      for (let value = 1; value < 257; value += 1) places[value]! += places[value - 1]!
      for (const row of rows) {
        const value = data[row * features + feature]!
        into[places[value]!] = row
        places[value]! += 1
      }
    },
  }
}

/** A float's 32 bits, put in the order of floats, and the place of its row make a whole number of 53 bits: those are sorted. */
function byKey(data: Float32Array, features: number, most: number): Sorter {
  const float = new Float32Array(1)
  const bits = new Uint32Array(float.buffer)
  const keys = new Float64Array(most)
  return {
    sort: (rows, feature, into) => {
      for (let at = 0; at < rows.length; at += 1) {
        float[0] = data[rows[at]! * features + feature]! + 0 // −0 becomes 0
        const raw = bits[0]!
        keys[at] = (raw >= 0x80000000 ? 0xffffffff - raw : raw + 0x80000000) * MOST_ROWS + at
      }
      const sorted = keys.subarray(0, rows.length).sort()
      for (let at = 0; at < rows.length; at += 1) into[at] = rows[sorted[at]! % MOST_ROWS]!
    },
  }
}
