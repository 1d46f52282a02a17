// What a task takes while it runs, as its policy and the project's limits have it. Tasks that take the same share one record. Pure.
import { groupsOf, type Limits } from "../../declare/policy/limits.ts"
import { type Policies, type Policy, policyOf } from "../../declare/policy/policy.ts"
import type { Where } from "./where.ts"

export interface Needs {
  readonly where: Where
  /** 0 in the coordinator, whose one thread is none of those that `--jobs` counts, and of what only waits. */
  readonly cores: number
  /** What was said of cores: idle ones are lent to a task of which nothing was. */
  readonly declared: number | undefined
  /** Bytes. */
  readonly memory: number
  readonly mutex: string | undefined
  /** What is held while the task runs, each once: its mutex, and the groups of which only so many run at once. */
  readonly tokens: ReadonlyArray<string>
  /** The groups of which only so many attempts start in a minute. */
  readonly rates: ReadonlyArray<string>
}

export interface StageAbout {
  readonly stageName: string
  readonly definition: Policy
}

/** @param policies what counts most comes first */
export function needing(
  policies: ReadonlyArray<Policies>,
  limits: Limits,
): (stage: StageAbout, where: Where) => Needs {
  const groups = groupsOf(limits)
  const byStage: Readonly<Record<Where, Map<StageAbout, Needs>>> = {
    ...{ here: new Map(), "in a worker": new Map(), together: new Map() },
  }
  const alike = new Map<string, Needs>()
  const made = (stage: StageAbout, where: Where): Needs => {
    const { cores, memory, mutex } = policyOf(stage, policies)
    const own = groups.filter(([, { stages }]) => stages.includes(stage.stageName))
    const tokens = [
      ...(mutex === undefined ? [] : [tokenOf.mutex(mutex)]),
      ...own.flatMap(([name, { atOnce }]) => (atOnce === undefined ? [] : [tokenOf.group(name)])),
      ...(where === "together" && own.every(({ 1: { atOnce } }) => atOnce === undefined)
        ? [tokenOf.asking(stage.stageName)]
        : []),
    ]
    const rates = own.flatMap(([name, { perMinute }]) => (perMinute === undefined ? [] : [name]))
    const needs = {
      where,
      cores: where === "in a worker" ? (cores ?? 1) : 0,
      declared: cores,
      memory,
      mutex,
      tokens,
      rates,
    }
    const text = JSON.stringify(needs)
    const same = alike.get(text) ?? needs
    alike.set(text, same)
    return same
  }
  return (stage, where) => {
    let known = byStage[where].get(stage)
    if (known === undefined) {
      known = made(stage, where)
      byStage[where].set(stage, known)
    }
    return known
  }
}

export const tokenOf = {
  mutex: (name: string): string => `mutex ${name}`,
  group: (name: string): string => `group ${name}`,
  /** Of what a stage asks, where no group says how much at once. */
  asking: (stage: string): string => `asking ${stage}`,
}

/** What a stage asks at once where nobody says how much: what most servers bear. */
const askedAtOnce = 16

/** How often what a token is of may be held at once, where no limit says it. */
export const usualTokens = (name: string): number => (name.startsWith("asking ") ? askedAtOnce : 1)

/** Whether anything but cores bounds it. */
export const isBounded = ({ memory, tokens, rates }: Needs): boolean =>
  memory > 0 || tokens.length > 0 || rates.length > 0
