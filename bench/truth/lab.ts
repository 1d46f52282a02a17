// Tries one edit on one tool: a copy of a project that was run, the edit, a run; and the same from nothing, to compare with.
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import type { Edit, Lab, Ran, Step, Tool } from "./tool.ts"
import { stages } from "./wiring.ts"

export type Verdict = "right" | "refused" | "needless" | "stale" | "n/a" | "FAILED"

export interface Tried {
  readonly verdict: Verdict
  /** What ran without need or did not run, or why there is nothing to say. */
  readonly note: string
  /** Stages that ran without need. */
  readonly needless?: ReadonlyArray<string>
}

/** A folder with the project of one tool, always at one path, as some tools look at it; it goes with `end`. */
export class Bench {
  readonly #tool: Tool
  readonly #folder = realpathSync(mkdtempSync(join(tmpdir(), "refold-truth-")))
  readonly #root = join(this.#folder, "project")
  /** By what comes before an edit. */
  readonly #kept = new Map<Step | undefined, { readonly folder: string; readonly lab: Lab }>()

  constructor(tool: Tool) {
    this.#tool = tool
  }

  end(): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }

  /** @param isCompared whether its results are compared with those from nothing */
  attempt(edit: Edit, isCompared = true): Tried {
    const own = this.#tool.own?.[edit.name] ?? edit.absent?.[this.#tool.language]
    if (typeof own === "string") return { verdict: "n/a", note: own }
    const wanted: Edit = { ...edit, ...own }
    const { before, steps } = wanted
    const isDone = ({ code }: Ran): boolean => code === 0 || (code === 1 && edit.isPartial === true)
    const warm = this.#warm(before, edit.isPartial, isDone)
    if ("said" in warm) return refusal(edit, warm)
    steps?.(warm)
    const after = this.#tool.run(warm)
    if (!isDone(after)) return refusal(edit, after)
    if (!isCompared) return judge(wanted, after, after)
    const fresh = this.#project(false, edit.isPartial)
    before?.(fresh)
    steps?.(fresh)
    const nothing = this.#tool.run(fresh)
    if (!isDone(nothing)) return refusal(edit, nothing)
    return judge(wanted, after, nothing)
  }

  /** A project that was run, with what comes before an edit: made once, and copied for each edit that begins so. */
  #warm(before: Step | undefined, isPartial: boolean | undefined, isDone: (ran: Ran) => boolean): Lab | Ran {
    const kept = this.#kept.get(before)
    if (kept !== undefined) {
      this.#clear()
      copy(kept.folder, this.#root)
      return { ...kept.lab, env: { ...kept.lab.env } }
    }
    const lab = this.#project(true, isPartial)
    before?.(lab)
    const ran = this.#tool.run(lab)
    if (before === undefined) this.#mustBeCached(lab, ran)
    if (!isDone(ran) || lab.root !== this.#root) return isDone(ran) ? lab : ran
    const folder = join(this.#folder, `kept-${this.#kept.size}`)
    copy(this.#root, folder)
    this.#kept.set(before, { folder, lab })
    return this.#warm(before, isPartial, isDone)
  }

  #mustBeCached(lab: Lab, { code, said }: Ran): void {
    if (code !== 0) throw new Error(`${this.#tool.name} cannot run its project: ${said}`)
    const again = this.#tool.run(lab)
    if (again.ran.length > 0) throw new Error(`${this.#tool.name} ran ${again.ran} again without an edit`)
  }

  #clear(): void {
    for (const path of [this.#root, join(this.#folder, "elsewhere")])
      rmSync(path, { recursive: true, force: true, maxRetries: 5 })
  }

  #project(isWarm: boolean, isPartial = false): Lab {
    this.#clear()
    const tool = this.#tool
    for (const [path, text] of Object.entries({ ...tool.files, ...tool.wire(stages) })) {
      mkdirSync(dirname(join(this.#root, path)), { recursive: true })
      writeFileSync(join(this.#root, path), text)
    }
    tool.prepare?.(this.#root)
    return this.#lab(isWarm, isPartial)
  }

  #lab(isWarm: boolean, isPartial = false): Lab {
    return {
      tool: this.#tool,
      root: this.#root,
      stages,
      env: {},
      from: ".",
      isParallel: false,
      isPartial,
      isWarm,
    }
  }
}

/** With the times of files to the nanosecond, which some tools compare; Node's own copy rounds them. */
function copy(from: string, to: string): void {
  if (process.platform !== "win32") execFileSync("cp", ["-a", from, to])
  else cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
}

function refusal({ isRefusable = false }: Edit, { said }: Ran): Tried {
  const note = said.trim().split("\n").slice(-6).join("\n")
  return { verdict: isRefusable ? "refused" : "FAILED", note }
}

/** A result that differs is as stale as a stage that did not run. */
function judge({ must = [], may = [] }: Edit, after: Ran, nothing: Ran): Tried {
  const missed = must.filter((stage) => !after.ran.includes(stage))
  const names = [...new Set([...Object.keys(after.results), ...Object.keys(nothing.results)])]
  const differing = names.filter(
    (name) => name in nothing.results && after.results[name] !== nothing.results[name],
  )
  const needless = after.ran.filter((stage) => !must.includes(stage) && !may.includes(stage))
  if (missed.length > 0 || differing.length > 0) {
    const wrong = differing.length > 0 ? `other from nothing: ${differing.join(", ")}` : ""
    const notRun = missed.length > 0 ? `did not run: ${missed.join(", ")}` : ""
    return { verdict: "stale", note: [notRun, wrong].filter(Boolean).join("; ") }
  }
  if (needless.length > 0) return { verdict: "needless", note: `ran: ${needless.join(", ")}`, needless }
  return { verdict: "right", note: after.ran.length > 0 ? `ran: ${after.ran.join(", ")}` : "" }
}
