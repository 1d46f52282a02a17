// One project, edited again and again: after each edit it runs on its warm store and from nothing, and whatever is not as it
// should be is told. Projects, edits and draws follow from a seed; it knows no kind of edit by name.
import { renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import * as Layer from "effect/Layer"
import { cacheFolder } from "../../engine/code/cache-folder.ts"
import { type Ledger, sqliteLedger } from "../../engine/ledger/ledger.ts"
import { artifactLayer } from "../../engine/session/place.ts"
import { fileStore } from "../../engine/store/file-store.ts"
import type { Store } from "../../engine/store/store.ts"
import { Dice } from "./dice.ts"
import { Disk } from "./disk.ts"
import { expected } from "./expected.ts"
import { back, draws, kinds } from "./kinds/all.ts"
import { drawProject } from "./project/draw.ts"
import type { Project } from "./project/model.ts"
import { projectFiles } from "./project/write-project.ts"
import { type Ended, type Outcome, runOnce } from "./running.ts"
import { Opened, type Workers } from "./workers.ts"

/** An edit, which a seed makes the same each time. */
export interface Step {
  readonly kind: string
  readonly seed: number
}

/** What edits of the world may change. */
export interface World {
  readonly root: string
  /** Where what is remembered about bundles and packages lies. */
  readonly cache: string
  /** Every file that the project has written. */
  readonly paths: ReadonlyArray<string>
  /** The warm store. */
  readonly artifacts: string
  /** What the last run gave. */
  readonly last: Outcome
  jobs: number
  /** Variables beside those of this process. */
  environment: Readonly<Record<string, string>>
  /** In the project, undefined for the one that this process has. */
  folder: string | undefined
  readonly move: () => void
}

export class Trial {
  readonly #folder: string
  readonly #path: readonly [seed: number, nth: number]
  readonly #workers: Workers
  #project: Project
  readonly tally = { ran: 0, cached: 0 }
  /** Where this process has loaded packages from, and what they were. */
  #loaded: string | undefined
  readonly #history: Array<Project> = []
  #root: string
  #disk: Disk
  #moves = 0
  #last: Outcome = new Map()
  #clones = 0
  readonly #place: Opened<Store | Ledger>
  readonly #seen = new Set<string>()
  readonly #keys = new Set<string>()
  readonly world: World

  /** @param folder an empty one, for all that it makes */
  constructor(folder: string, workers: Workers, seed: number, nth: number) {
    this.#folder = folder
    this.#workers = workers
    this.#path = [seed, nth]
    this.#project = drawProject(this.#dice("project"))
    this.#root = join(folder, "project-0")
    this.#disk = new Disk(this.#root)
    this.#place = Opened.of(artifactLayer(join(folder, "artifacts")))
    const trial = this
    this.world = {
      get root() {
        return trial.#root
      },
      get cache() {
        return cacheFolder(trial.#root)
      },
      get paths() {
        return Object.keys(projectFiles(trial.#project).files)
      },
      artifacts: join(folder, "artifacts"),
      get last() {
        return trial.#last
      },
      jobs: 1,
      environment: {},
      folder: undefined,
      move: () => this.#move(),
    }
  }

  async close(): Promise<void> {
    await this.#place.close()
  }

  get project(): Project {
    return this.#project
  }

  /** The first of the edits drawn that can be made. */
  drawStep(at: number): Step {
    const dice = this.#dice("kind", at)
    for (let tries = 0; ; tries++) {
      const step = { kind: dice.pick(draws), seed: at * 1000 + tries }
      if (this.#canBe(step)) return step
    }
  }

  #canBe({ kind, seed }: Step): boolean {
    if (kind === back) return this.#history.length > 1
    const made = kinds[kind]!
    return made.of !== "project" || made.edit(this.#project, this.#dice("edit", seed)) !== undefined
  }

  #dice(...path: ReadonlyArray<string | number>): Dice {
    return new Dice(...this.#path, ...path)
  }

  /** Makes an edit, if it can be made. @returns what is not as it should be, a line each */
  async make({ kind, seed }: Step): Promise<ReadonlyArray<string>> {
    this.#history.push(this.#project)
    const dice = this.#dice("edit", seed)
    if (kind === back) {
      this.#project = dice.pick(this.#history)
      return []
    }
    const made = kinds[kind]!
    if (made.of === "look") return made.look(this.world, dice)
    if (made.of === "world") made.act(this.world, dice)
    else this.#project = made.edit(this.#project, dice) ?? this.#project
    return []
  }

  #move(): void {
    const to = join(this.#folder, `project-${++this.#moves}`)
    renameSync(this.#root, to)
    this.#root = to
    this.#loaded = undefined
    this.#disk = this.#disk.movedTo(to)
  }

  /** Runs the project as it is now. @returns what is not as it should be, a line each */
  async look(): Promise<ReadonlyArray<string>> {
    const written = projectFiles(this.#project)
    this.#disk.write(written)
    const warm = await this.#runWarm().catch(told)
    const root = join(this.#folder, `clone-${++this.#clones}`)
    new Disk(root).write(written)
    const fresh = await this.#runFresh(root).catch(told)
    rmSync(root, { recursive: true, force: true })
    if (typeof warm === "string" || typeof fresh === "string")
      return [
        `it cannot run: ${typeof warm === "string" ? warm : "warm it can"}; from nothing: ${typeof fresh === "string" ? fresh : "it can"}`,
      ]
    this.#last = warm
    return this.#compare(warm, fresh)
  }

  async #runWarm(): Promise<Outcome> {
    const { environment, folder, jobs } = this.world
    const packages = JSON.stringify(this.#project.packages)
    this.#loaded ??= `${this.#root} ${packages}`
    const wanted = JSON.stringify([environment, folder, this.#root, packages])
    const executor = await this.#workers.warm(wanted, this.#loaded === `${this.#root} ${packages}`)
    const before = { environment: process.env, folder: process.cwd() }
    process.env = { ...process.env, ...environment }
    process.chdir(join(this.#root, folder ?? "."))
    try {
      const site = { root: this.#root, services: this.#place.services, executor }
      return await runOnce(site, jobs)
    } finally {
      process.env = before.environment
      process.chdir(before.folder)
    }
  }

  async #runFresh(root: string): Promise<Outcome> {
    const artifacts = join(root, "artifacts")
    const place = Opened.of(Layer.merge(fileStore(artifacts), Layer.fresh(sqliteLedger(":memory:"))))
    try {
      return await runOnce({ root, services: place.services, executor: this.#workers.fresh }, 1)
    } finally {
      await place.close()
    }
  }

  #compare(warm: Outcome, fresh: Outcome): ReadonlyArray<string> {
    const wrong: Array<string> = []
    const should = expected(this.#project, warm)
    for (const id of should.keys()) if (!warm.has(id)) wrong.push(`${id} is not there`)
    for (const [id, one] of warm) {
      const other = fresh.get(id)
      const say = (what: string): void => void wrong.push(`${one.label} (${one.status}) ${what}`)
      if (one.error !== other?.error || (one.error !== undefined && !one.error.includes(": refused")))
        say(`failed: ${one.error}; from nothing: ${other?.error}`)
      if (other === undefined || settledAs(one) !== settledAs(other)) say(`from nothing is ${other?.status}`)
      const hasChanged = JSON.stringify(one.outputs) !== JSON.stringify(other?.outputs)
      if (hasChanged) say(`${one.status === "cached" ? "is STALE" : "gives other bytes"} than from nothing`)
      if (one.key !== other?.key) say("has another key than from nothing")
      const { isNeeded, description } = should.get(id) ?? {}
      if (isNeeded === undefined) say("is none that the project has")
      if ((one.status === "not-needed") === isNeeded) say(isNeeded ? "is needed" : "is not needed")
      if ((one.status === "skipped") !== (isNeeded && description === undefined))
        say("has what it takes, or not")
      if (description === undefined) continue
      if (one.status === "ran" && this.#seen.has(description)) say("ran again NEEDLESSLY")
      if (one.status === "ran" && this.#keys.has(one.key)) say("ran again under a key that has a result")
      if (one.status === "ran" || one.status === "cached") {
        this.tally[one.status]++
        this.#seen.add(description)
        this.#keys.add(one.key)
      }
    }
    for (const { label } of [...fresh].flatMap(([id, one]) => (warm.has(id) ? [] : [one])))
      wrong.push(`${label} is there from nothing alone`)
    return wrong
  }
}

const told = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure))

/** Whether it was done before is no part of it. */
const settledAs = ({ status }: Ended): string => (status === "cached" ? "ran" : status)
