// A project on disk: its root, and its experiments as modules under experiments/. Knows no graph and no store.
import { existsSync, readdirSync, statSync } from "node:fs"
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path"
import { authorsIn, keptMap } from "../code/kept-map.ts"
import type { AnyExperiment } from "../declare/experiment.ts"
import { withLocks } from "../declare/other/locked.ts"
import { declaredStages } from "../declare/stage.ts"
import { suggest } from "../declare/suggest.ts"
import type { AnyStage } from "../declare/task.ts"
import { lockReader } from "./locked-inputs.ts"
import { loadModule } from "./modules/load-module.ts"
import { placedFailure } from "./modules/placed-failure.ts"
import { withoutExit } from "./modules/without-exit.ts"

/** An experiment that does not exist, or a module that does not declare one. */
export class ProjectError extends Error {
  readonly _tag = "ProjectError"
}

/** The nearest folder at or above `from` with a package.json. */
export function projectRoot(from: string): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder
    if (dirname(folder) === folder) return resolve(from)
  }
}

const extension = /\.(ts|mts|js|mjs)$/

/** The names of the modules under experiments/, sorted. */
export const experimentNames = (root: string): ReadonlyArray<string> => [
  ...new Set(modulesOf(root).map(nameOf).sort()),
]

const nameOf = (module: string): string => basename(module).replace(extension, "")

/** The modules under experiments/, relative to the root. */
function modulesOf(root: string): ReadonlyArray<string> {
  const folder = join(root, "experiments")
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter(
    (file) => extension.test(file) && !/\.(d|test)\.[mc]?[jt]s$/.test(file),
  )
  return files
    .filter((file) => statSync(join(folder, file), { throwIfNoEntry: false })?.isFile())
    .map((file) => `experiments/${file}`)
}

/** The stages that each bundle declares: it is evaluated once in a process, however often it is loaded. */
const stagesIn = new Map<string, ReadonlyArray<AnyStage>>()

/**
 * Loads `experiments/NAME.ts`, or a module given by its path.
 *
 * @throws ProjectError with a suggestion for an unknown name; BundleError for what does not compile
 */
export async function loadExperiment(root: string, name: string): Promise<AnyExperiment> {
  const module = findModule(root, name)
  const before = declaredStages().length
  const { exported: loaded, path } = await loadModule(root, module)
  const stages = stagesIn.get(path) ?? declaredStages().slice(before)
  stagesIn.set(path, stages)
  const found = [loaded.default, ...Object.values(loaded)].find(isExperiment)
  if (found === undefined)
    throw new ProjectError(`${module} exports no experiment: export default experiment("${name}", …)`)
  checkName(root, module, found.name)
  return {
    ...found,
    wire: placing(withProject(found, root), root, path),
    loaded: { stages, bundle: path },
  }
}

/** Runs and locks go by the name that is declared, and people by that of the file: a copy that kept its name would take the other's lock. */
function checkName(root: string, module: string, declared: string): void {
  const file = basename(module)
  const own = nameOf(module)
  if (own !== declared)
    throw new ProjectError(
      `${module} declares the experiment "${declared}", whose results and lock file would be taken for its own: write experiment("${own}", …), or call the file ${declared}${file.slice(own.length)}`,
    )
  const twin = modulesOf(root).find((other) => other !== module && nameOf(other) === declared)
  if (twin !== undefined)
    throw new ProjectError(
      `${module} and ${twin} are both the experiment "${declared}", and would share its lock file: rename one`,
    )
}

/** The wiring, whose failures say where: it runs when its params are known, and then with whoever plans. */
const placing =
  (wire: AnyExperiment["wire"], root: string, path: string): AnyExperiment["wire"] =>
  (params) => {
    const restore = withoutExit()
    try {
      return wire(params)
    } catch (failure) {
      throw placedFailure(failure, { root, bundle: path, origins: authorsIn(keptMap(path), "declarations") })
    } finally {
      restore()
    }
  }

/** The wiring with the project's lock files at hand. */
export const withProject = (
  { name, wire }: Pick<AnyExperiment, "name" | "wire">,
  root: string,
): AnyExperiment["wire"] => {
  const reader = lockReader(root, name, () => experimentNames(root))
  return (params) => withLocks(reader, () => wire(params))
}

function findModule(root: string, name: string): string {
  if (extension.test(name)) {
    const full = isAbsolute(name) ? name : resolve(name)
    if (existsSync(full)) return relative(root, full).split(sep).join("/")
  }
  const names = experimentNames(root)
  if (!names.includes(name)) {
    const hint = names.length === 0 ? `; ${join(root, "experiments")} holds none` : suggest(name, names)
    throw new ProjectError(`there is no experiment "${name}"${hint}`)
  }
  return modulesOf(root).find((module) => nameOf(module) === name)!
}

const isExperiment = (value: unknown): value is AnyExperiment =>
  typeof value === "object" && value !== null && (value as { _tag?: unknown })._tag === "Experiment"
