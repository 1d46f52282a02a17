// The code of a stage: the bundle that workers import, its digest, and the packages that it stands on.
// Knows nothing of params, inputs or stores.
import { realpathSync } from "node:fs"
import { isAbsolute, join, posix, relative, resolve, sep } from "node:path"
import { fileURLToPath } from "node:url"
import type { Digest } from "../content/digest.ts"
import { groupedBy } from "../content/grouped.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import type { Traits } from "../declare/form.ts"
import { recordingOf } from "../declare/observed/recorded.ts"
import { type AnyStage, fullName } from "../declare/task.ts"
import type { Plan } from "../plan/plan.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { BundleError, exportsOf } from "./bundle.ts"
import { rememberedBundle } from "./bundle-memo.ts"
import { Modules } from "./modules.ts"
import { InstalledPackages, type Packages } from "./packages/packages.ts"
import { type ProgramCode, programCode } from "./programs/program-code.ts"

export interface StageCode {
  readonly digest: Digest
  readonly path: string
  readonly packages: Packages
  /** Path → digest without comments: beside the fingerprint, not in it, so that `why` can name the file. */
  readonly sources: Readonly<Record<string, Digest>>
  /** Whether a run of the stage may leave something behind in its modules: then each task gets instances of its own. */
  readonly isStateful: boolean
  /** The source map of the code; asked when a task failed. */
  readonly map?: () => Promise<string | undefined>
  /** Of a program, which has no bundle: its sources are its code. */
  readonly program?: ProgramCode
}

export class Codebase {
  readonly root: string
  private readonly codes = new Map<string, Promise<StageCode>>()
  private readonly installed: InstalledPackages
  private readonly modules: Modules

  constructor(root: string) {
    this.root = realpathSync(resolve(root))
    this.installed = new InstalledPackages(this.root)
    this.modules = new Modules(this.root, this.installed.folders)
  }

  /** @throws BundleError or PackageError, with the remedy */
  code(stage: AnyStage): Promise<StageCode> {
    const name = `${stage.module} ${fullName(stage)}`
    const known = this.codes.get(name)
    if (known !== undefined) return known
    const made = this.make(stage)
    this.codes.set(name, made)
    return made
  }

  private async make(stage: AnyStage): Promise<StageCode> {
    const module = this.modulePath(stage)
    const { stageName, form, definition } = stage
    if ("program" in definition)
      return programCode(this.root, stageName, posix.dirname(module), definition.program)
    const { packages, digest, path, sources, isStateful, map } = await rememberedBundle(
      this.modules,
      `${fullName(stage)} ${module}`,
      "code",
      async () => ({
        text: `export { ${await this.exportName(stage, module)} as stage } from ${JSON.stringify(`./${module}`)}`,
        ...(form === undefined ? {} : { wanted: { module, stage: stageName, form } }),
      }),
    )
    return {
      digest,
      path,
      packages: this.installed.closure(
        [...new Set([...packages, ...(stage.definition.packages ?? [])])],
        `the stage "${fullName(stage)}"`,
      ),
      sources,
      isStateful,
      map,
    }
  }

  private modulePath({ module, stageName }: AnyStage): string {
    if (module === undefined) {
      throw new BundleError(
        `stage "${stageName}": its module is not known; declare it at the top level of a file`,
      )
    }
    const path = resolve(this.root, module.startsWith("file:") ? fileURLToPath(module) : module)
    const engine = this.modules.folders.find(this.root, "refold")?.folder
    const entry = engine === undefined ? undefined : writtenEntry(engine, path)
    const written = entry ?? path
    const inside = relative(this.root, written).split(sep).join("/")
    if ((inside.startsWith("..") && entry === undefined) || isAbsolute(inside)) {
      // on another drive
      throw new BundleError(`stage "${stageName}" is declared in ${path}, outside the project ${this.root}`)
    }
    return inside
  }

  /** A stage is exported under its own name, or is its module's only export. */
  private async exportName({ stageName, definition }: AnyStage, module: string): Promise<string> {
    const names = await exportsOf(this.root, join(this.root, module))
    const camel = stageName.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    const name = names.includes(camel) ? camel : names.length === 1 ? names[0] : undefined
    const other = name === undefined ? undefined : await this.modules.otherExport(module, name, stageName)
    if (name !== undefined && other === undefined) return name
    const maker = recordingOf(definition as Traits) === undefined ? "stage" : "recorded"
    throw new BundleError(
      `stage "${stageName}" must be exported from ${module} as \`${camel}\`: a worker imports it from there${other === undefined ? "" : `, and its export \`${name}\` is ${other}`}. Write \`export const ${camel} = ${maker}("${stageName}", …)\``,
    )
  }
}

/** Where a module was written that comes with the engine, in its folder: also of one that was compiled, which Node imports as it is. */
function writtenEntry(engine: string, path: string): string | undefined {
  const inside = relative(engine, path).split(sep).join("/")
  if (inside.startsWith("..") || isAbsolute(inside)) return undefined
  const [, compiled] = /^dist\/modules\/(.*)\.js$/.exec(inside) ?? []
  return compiled === undefined ? path : join(engine, `${compiled}.ts`)
}

/**
 * The code of every stage of these tasks, by its full name, each bundled at most once; and of those that the bodies of groups may
 * wire, since a run's code is that of its start. Of these one that cannot be bundled, or shares its name, is left out: it may not be wired.
 *
 * @throws BundleError or PackageError
 */
export async function stageCodes(
  { tasks, reachable }: Pick<Plan, "tasks" | "reachable">,
  codebase: Codebase,
): Promise<ReadonlyMap<string, StageCode>> {
  const stages = new Map(tasks.map(({ node }) => [fullName(node.stage), node.stage]))
  const others = [...groupedBy(reachable, fullName)].flatMap(([name, [one, ...more]]) => {
    const isTheirs = !stages.has(name) && more.every(({ module }) => module === one!.module)
    return isTheirs && one!.module !== undefined ? [[name, one!] as const] : []
  })
  const code = async ([name, stage]: readonly [string, AnyStage]) =>
    [name, await codebase.code(stage)] as const
  const found = await Promise.allSettled([
    ...[...stages].map(code),
    ...others.map((other) => code(other).catch(() => undefined)),
  ])
  // None is left being bundled: esbuild, ended at its work by the end of this process, complains of it.
  const failed = found.find((each) => each.status === "rejected")
  if (failed !== undefined) throw failed.reason
  return new Map(found.flatMap((each) => (each.status === "fulfilled" && each.value ? [each.value] : [])))
}

/** The code of a task's stage. @throws DeclarationError where the body of a group wires one that has none */
export function codeOf(
  { node }: Pick<PlannedTask, "node">,
  codes: ReadonlyMap<string, StageCode>,
): StageCode {
  const name = fullName(node.stage)
  const code = codes.get(name)
  if (code !== undefined) return code
  throw new DeclarationError(
    `the stage "${name}" was not bundled when the run began: export it under its own name, at the top level of a module that the experiment imports`,
  )
}
