// Edits of packages: versions, patches, transitive ones, where they lie, the lock file, packages that nobody imports.
import type { Dice } from "../dice.ts"
import { type PackageModel, type Project, termsOf } from "../project/model.ts"
import { type Kinds, ofProject } from "./kind.ts"

const changePackage = (project: Project, name: string, change: Partial<PackageModel>): Project => ({
  ...project,
  packages: project.packages.map((one) => (one.name === name ? { ...one, ...change } : one)),
})

const pick = ({ packages }: Project, dice: Dice): PackageModel => dice.pick(packages)

const nextVersion = (version: string, dice: Dice): string => {
  const [major, minor] = version.split(".")
  return `${major}.${minor}.${dice.below(20)}`
}

/** Whether some module imports it, or some package that is imported. */
const isImported = ({ modules, packages }: Project, name: string): boolean =>
  modules.some(({ bindings }) =>
    bindings.some(({ body }) => termsOf(body).some((term) => term.tag === "package" && term.name === name)),
  ) || packages.some(({ dependencies }) => dependencies.includes(name))

export const packages: Kinds = {
  "a package's version": ofProject((project, dice) => {
    const one = pick(project, dice)
    return changePackage(project, one.name, {
      version: nextVersion(one.version, dice),
      factor: dice.below(10),
    })
  }),
  "a package's version, and nothing else": ofProject((project, dice) => {
    const one = pick(project, dice)
    return changePackage(project, one.name, { version: nextVersion(one.version, dice) })
  }),
  "a package patched": ofProject((project, dice) =>
    changePackage(project, pick(project, dice).name, { factor: dice.below(10) }),
  ),
  "a package's read-me": ofProject((project, dice) =>
    changePackage(project, pick(project, dice).name, { readme: `read me ${dice.below(10)}` }),
  ),
  "what a package depends on": ofProject((project, dice) => {
    const at = dice.below(project.packages.length)
    const one = project.packages[at]!
    const before = project.packages.slice(0, at).map(({ name }) => name)
    return one.isLinked ? undefined : changePackage(project, one.name, { dependencies: dice.some(before, 2) })
  }),
  "copies of its own of what a package depends on": ofProject((project, dice) => {
    const one = dice.maybe(project.packages.filter(({ dependencies }) => dependencies.length > 0))
    return one && changePackage(project, one.name, { nests: !one.nests })
  }),
  "where a package lies": ofProject((project, dice) => {
    const one = pick(project, dice)
    return one.isLinked ? undefined : changePackage(project, one.name, { isStored: !one.isStored })
  }),
  "a package that nobody imports": ofProject((project, dice) => {
    const one = dice.maybe(
      project.packages.filter(({ name, isLinked }) => !isLinked && !isImported(project, name)),
    )
    if (one !== undefined)
      return changePackage(project, one.name, {
        version: nextVersion(one.version, dice),
        factor: dice.below(10),
      })
    if (project.packages.length > 8) return undefined
    const added = {
      ...project.packages[0]!,
      name: `new${project.next}`,
      isRandom: false,
      nests: false,
      isStored: false,
      dependencies: [],
    }
    return { ...project, next: project.next + 1, packages: [...project.packages, added] }
  }),
  "the lock file laid out otherwise": ofProject((project) => ({
    ...project,
    lockIndent: (project.lockIndent + 1) % 4,
  })),
}
