// All files of a project, by path: its modules, its experiment, packages, data. What it is a function of is a Project alone.
import { barrelPath, usesBarrel } from "./imports.ts"
import type { Project } from "./model.ts"
import { experimentPath, experimentText, limitsText } from "./write-experiment.ts"
import { barrelText, moduleText } from "./write-module.ts"
import { type Installed, installed, lockText } from "./write-packages.ts"

const foldText = `// How a text becomes a number, what a stage shows of what it is given, and what it gives: a number that others are bound to and
// that conditions decide by, and a list, of the numbers in its params and one that depends on what it does.
export const results = (n: number, params: object, trace: string) => {
  const given = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, value]) => Array.isArray(value) ? value : [])
  const list = [...new Set([...given, ...(n % 3 === 0 ? [] : [n % 4])])]
  return { out: { n, digit: n % 4, side: n % 2 === 0 ? "left" : "right" }, list, trace }
}
export const fold = (text: string): number => {
  let folded = 2166136261
  for (let at = 0; at < text.length; at++) folded = Math.imul(folded ^ text.charCodeAt(at), 16777619) >>> 0
  return folded
}
export const shown = (given: unknown): unknown =>
  given instanceof Uint8Array
    ? new TextDecoder().decode(given)
    : given instanceof Map
      ? [...given].map(([name, bytes]) => [name, shown(bytes)])
      : given
`

export function projectFiles(project: Project): Installed {
  const packages = installed(project)
  const files: Record<string, string> = {
    ...project.others,
    "package.json": JSON.stringify(project.manifest),
    "package-lock.json": lockText(project),
    "lib/fold.ts": foldText,
    [experimentPath]: experimentText(project),
    ...project.files,
    ...packages.files,
  }
  for (const module of project.modules) files[module.path] = moduleText(project, module)
  for (const [path, { entries, indent }] of Object.entries(project.jsons))
    files[path] = JSON.stringify(Object.fromEntries(entries), null, indent)
  if (project.limitsIn === "config")
    files["refold.config.ts"] =
      `import { defineConfig } from "refold"\nexport default defineConfig({ policy: ${limitsText(project)} })\n`
  if (usesBarrel(project)) files[barrelPath] = barrelText(project)
  return { files, links: packages.links }
}
