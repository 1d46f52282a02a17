// Finds spellings in bytes: an automaton of them all, made deterministic as it is walked. It knows no secret and no text.
import type { Place } from "./spellings.ts"

/** A node of the automaton: which byte leads where, in pairs, and of what it is the end. */
interface Node {
  readonly edges: Array<number>
  end: number | undefined
}

/** What the bytes so far may be the start of. */
interface State {
  readonly nodes: ReadonlyArray<number>
  /** What they are whole, as the index that it was added with. */
  readonly end: number | undefined
  /** Whether more bytes may belong to it. */
  readonly goesOn: boolean
  /** By byte; null where nothing begins so. */
  readonly next: Array<State | null | undefined>
}

/** The longest that was found at a place. */
export interface Found {
  readonly end: number
  /** Which of what was added. */
  readonly what: number
}

export class Matcher {
  readonly #nodes: Array<Node> = [{ edges: [], end: undefined }]
  readonly #states = new Map<string, State>()
  /** Whether something begins with a byte. */
  readonly #begins = new Uint8Array(256)
  #start: State | undefined

  /** @param what is told of what is found */
  add(places: ReadonlyArray<Place>, what: number): void {
    let from = 0
    for (const [at, place] of places.entries()) {
      const to = this.#node()
      // The root is shared by all: what stands in one place must not lead on into another's.
      const entry = at === 0 ? this.#node() : from
      for (const way of place) this.#lead(entry, way, to)
      if (at === 0) this.#share(entry)
      from = to
    }
    this.#nodes[from]!.end ??= what
  }

  get isEmpty(): boolean {
    return this.#nodes.length === 1
  }

  /** Whether anything begins with the byte. */
  begins(byte: number): boolean {
    return this.#begins[byte] === 1
  }

  /**
   * What begins at a place of some bytes.
   *
   * @returns the longest that is whole, if any; and whether something longer may yet come, where the bytes end in its midst
   */
  at(bytes: Uint8Array, from: number): { readonly found: Found | undefined; readonly isOpen: boolean } {
    let state: State | null = (this.#start ??= this.#state([0]))
    let found: Found | undefined
    let at = from
    for (; at < bytes.length; at++) {
      state = this.#step(state, bytes[at]!)
      if (state === null) return { found, isOpen: false }
      if (state.end !== undefined) found = { end: at + 1, what: state.end }
    }
    return { found, isOpen: state.goesOn }
  }

  #node(): number {
    return this.#nodes.push({ edges: [], end: undefined }) - 1
  }

  #share(entry: number): void {
    const { edges } = this.#nodes[entry]!
    for (let at = 0; at < edges.length; at += 2) {
      this.#nodes[0]!.edges.push(edges[at]!, edges[at + 1]!)
      this.#begins[edges[at]!] = 1
    }
  }

  /** Ways of one place share how they begin. */
  #lead(entry: number, way: string, to: number): void {
    let from = entry
    for (let at = 0; at < way.length - 1; at++) {
      const byte = way.charCodeAt(at)
      const known = this.#inner(from, byte, to)
      const next = known ?? this.#node()
      if (known === undefined) this.#nodes[from]!.edges.push(byte, next)
      from = next
    }
    this.#nodes[from]!.edges.push(way.charCodeAt(way.length - 1), to)
  }

  #inner(from: number, byte: number, to: number): number | undefined {
    const { edges } = this.#nodes[from]!
    for (let at = 0; at < edges.length; at += 2)
      if (edges[at] === byte && edges[at + 1] !== to) return edges[at + 1]
    return undefined
  }

  #step(state: State, byte: number): State | null {
    const known = state.next[byte]
    if (known !== undefined) return known
    const nodes = new Set<number>()
    for (const node of state.nodes) {
      const { edges } = this.#nodes[node]!
      for (let at = 0; at < edges.length; at += 2) if (edges[at] === byte) nodes.add(edges[at + 1]!)
    }
    const next = nodes.size === 0 ? null : this.#state([...nodes].sort((a, b) => a - b))
    state.next[byte] = next
    return next
  }

  #state(nodes: ReadonlyArray<number>): State {
    const name = nodes.join()
    const known = this.#states.get(name)
    if (known !== undefined) return known
    const state: State = {
      nodes,
      end: nodes.map((node) => this.#nodes[node]!.end).find((end) => end !== undefined),
      goesOn: nodes.some((node) => this.#nodes[node]!.edges.length > 0),
      next: [],
    }
    this.#states.set(name, state)
    return state
  }
}
