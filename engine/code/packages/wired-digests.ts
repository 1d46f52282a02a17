// What a closure's packages are called in a key, and which copy each of them uses where there are several. Pure.
import { type Digest, digestOf } from "../../content/digest.ts"

/** A package as it lies in one place. */
export interface Copy {
  readonly name: string
  readonly version: string
  readonly files: Digest
  /** What it gets for the names that it asks for. */
  readonly uses: Array<Use>
}

export interface Use {
  readonly name: string
  /** Undefined where it gets none, as it need not. */
  readonly copy: Copy | undefined
}

/**
 * `name@version` → digest of its files. Where copies of a name differ, or some who ask get none, who gets which is part of what
 * runs: then the digest of a package that asks for the name is of its files and of what it gets, and the digest of a copy tells
 * whether the stage itself gets it. Several digests of one `name@version` become the digest of them all.
 *
 * @param asked the copies that the stage itself gets
 */
export function wiredDigests(copies: ReadonlyArray<Copy>, asked: ReadonlyArray<Copy>): Map<string, string> {
  let digests = new Map(copies.map((copy) => [copy, copy.files]))
  let several = namesOfSeveral(digests)
  // Copies that are equal so far may get others that are not: told apart until no more can be.
  for (let before = -1; several.size > 0 && before < kindsIn(digests); ) {
    before = kindsIn(digests)
    digests = new Map(copies.map((copy) => [copy, wired(copy, digests, several)]))
    several = namesOfSeveral(digests)
  }
  const isAsked = new Set(asked)
  const byName = new Map<string, Set<string>>()
  for (const [copy, digest] of digests) {
    const name = `${copy.name}@${copy.version}`
    const told = isAsked.has(copy) && several.has(copy.name) ? digestOf(`asked ${digest}`) : digest
    byName.set(name, (byName.get(name) ?? new Set()).add(told))
  }
  return new Map(
    [...byName].map(([name, found]) => [
      name,
      found.size === 1 ? [...found][0]! : digestOf([...found].sort().join()),
    ]),
  )
}

type Digests = ReadonlyMap<Copy, Digest>

const kindOf = ({ name, copy }: Use, digests: Digests): string =>
  copy === undefined ? `${name} absent` : `${name}@${copy.version} ${digests.get(copy)}`

const kindsIn = (digests: Digests): number =>
  new Set([...digests.keys()].map((copy) => kindOf({ name: copy.name, copy }, digests))).size

/** The names that stand for more than one kind of copy, or for one and for none. */
function namesOfSeveral(digests: Digests): ReadonlySet<string> {
  const first = new Map<string, string>()
  const several = new Set<string>()
  const note = (use: Use): void => {
    const kind = kindOf(use, digests)
    if ((first.get(use.name) ?? kind) !== kind) several.add(use.name)
    first.set(use.name, kind)
  }
  for (const copy of digests.keys()) {
    note({ name: copy.name, copy })
    for (const use of copy.uses) if (use.copy === undefined) note(use)
  }
  return several
}

/** From its files, not from the digest so far: what is told apart stays so, since those that it uses do. */
function wired(copy: Copy, digests: Digests, several: ReadonlySet<string>): Digest {
  const uses = copy.uses.filter(({ name }) => several.has(name)).map((use) => kindOf(use, digests))
  return uses.length === 0 ? copy.files : digestOf([copy.files, ...uses.sort()].join("\n"))
}
