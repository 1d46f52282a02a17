// Packages as they are installed, and what npm's lock file would say of them: by path relative to the project.
import { createHash } from "node:crypto"
import type { PackageModel, Project } from "./model.ts"

/** A package's own files, by path inside it. */
export function packageFiles({
  name,
  version,
  factor,
  dependencies,
  isRandom,
  readme,
}: PackageModel): Readonly<Record<string, string>> {
  const manifest = {
    name,
    version,
    type: "module",
    exports: { other: "./other.js", default: "./index.js" },
    dependencies: Object.fromEntries(dependencies.map((other) => [other, "*"])),
  }
  const parts = [
    "x",
    `"${name}"`,
    "factor",
    ...dependencies.map((_, at) => `mix${at}(x.length + "")`),
    ...(isRandom ? ["Math.floor(Math.random() * 1e6)"] : []),
  ]
  const imports = dependencies.map(
    (other, at) => `import { mix as mix${at} } from ${JSON.stringify(other)}\n`,
  )
  return {
    "package.json": JSON.stringify(manifest),
    "index.js": `${imports.join("")}import { factor } from "./factor.js"\nexport const mix = (x) => [${parts.join(", ")}].join("|")\n`,
    "other.js": `export const mix = (x) => "other" + x\n`,
    "factor.js": `export const factor = ${factor}\n`,
    "README.md": readme,
  }
}

/** Copies of what a package depends on that only it sees, by path inside it. */
export function nestedFiles(
  one: PackageModel,
  packages: ReadonlyArray<PackageModel>,
): Readonly<Record<string, string>> {
  const copies = packages.filter(({ name }) => one.nests && one.dependencies.includes(name))
  return Object.fromEntries(
    copies.flatMap((copy) => {
      const other = { ...copy, version: `2.0.${one.factor}`, factor: one.factor + 10, dependencies: [] }
      const files = Object.entries(packageFiles(other))
      return files.map(([path, text]) => [`node_modules/${copy.name}/${path}`, text] as const)
    }),
  )
}

/** Where a package's files lie, and where links stand in for them. */
export interface Installed {
  readonly files: Readonly<Record<string, string>>
  /** Path → what it links to, relative to the project. */
  readonly links: Readonly<Record<string, string>>
}

export function installed({ packages }: Project): Installed {
  const files: Record<string, string> = {}
  const links: Record<string, string> = {}
  for (const one of packages) {
    const at = folderOf(one)
    for (const [path, text] of Object.entries({ ...packageFiles(one), ...nestedFiles(one, packages) }))
      files[`${at}/${path}`] = text
    if (at !== `node_modules/${one.name}`) links[`node_modules/${one.name}`] = at
    if (one.isStored)
      for (const name of one.dependencies)
        links[`${storeFolder(one)}/node_modules/${name}`] = folderOf(
          packages.find((other) => other.name === name)!,
        )
  }
  return { files, links }
}

const storeFolder = ({ name, version }: PackageModel): string => `node_modules/.pnpm/${name}@${version}`

function folderOf(one: PackageModel): string {
  if (one.isLinked) return `packages/${one.name}`
  return one.isStored ? `${storeFolder(one)}/node_modules/${one.name}` : `node_modules/${one.name}`
}

/** @returns the text of npm's lock file */
export function lockText({ packages, lockIndent }: Project): string {
  const entries = packages.flatMap((one): ReadonlyArray<readonly [string, unknown]> => {
    if (one.isLinked)
      return [
        [`node_modules/${one.name}`, { resolved: `packages/${one.name}`, link: true }],
        [`packages/${one.name}`, { version: one.version }],
      ]
    const { name, version, dependencies } = one
    const integrity = `sha512-${createHash("sha512").update(`${name} ${version}`).digest("base64")}`
    return [
      [
        `node_modules/${name}`,
        { version, integrity, dependencies: Object.fromEntries(dependencies.map((other) => [other, "*"])) },
      ],
    ]
  })
  return JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries(entries) }, null, lockIndent)
}
