// The fixture whose stage is a chain of hashes: what it walked, what its objects are, how to make it misbehave.
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Test } from "tap"
import { type Ran, repository } from "../../../engine/testing/command.ts"
import { type Project, project } from "../../../engine/testing/project.ts"

export const chain = join(repository, "test/fixtures/chain")

export const chained = (t: Test, from = chain): Project => project(t, from)

export const rounds = (project: Project, ...sets: ReadonlyArray<string>): Promise<Ran> =>
  project.json("--exp", "rounds", ...sets.flatMap((set) => (set.startsWith("--") ? [set] : ["--set", set])))

/** Which links the stage did since this was asked last, as `SEED#LINK`: what happened, whatever the events say. */
export function walked(project: Project): ReadonlyArray<string> {
  const path = join(project.root, "walked")
  if (!existsSync(path)) return []
  const lines = readFileSync(path, "utf8").trim().split("\n")
  rmSync(path)
  return lines
}

/** The next walk through this link ends so, once. */
export const fault = (project: Project, link: number, what: string): void =>
  project.write({ [`fault-${link}`]: what })

/** `1 cached`, `2 ran`, … in the order in which it was told. */
export const links = (ran: Ran): ReadonlyArray<string> =>
  ran.of("link-finished").map(({ index, status }) => `${index} ${status}`)

/** The digests of the states of one run, the latest for each link. */
export function states(ran: Ran): ReadonlyArray<string> {
  const found: Array<string> = []
  for (const { index, state } of ran.of("link-finished")) found[index - 1] = state
  return found
}

/** Every task's outputs. */
export const outputs = (ran: Ran): Readonly<Record<string, Readonly<Record<string, string>>>> =>
  Object.fromEntries(ran.of("task-finished").map(({ task, outputs }) => [task, outputs]))

export const objectPath = (project: Project, digest: string): string =>
  join(project.root, "artifacts/objects", digest.slice(0, 2), digest.slice(2))

/** Changes one bit of an object: the size stays. */
export function flip(project: Project, digest: string): void {
  const path = objectPath(project, digest)
  const bytes = readFileSync(path)
  bytes[0]! ^= 1
  chmodSync(path, 0o644)
  writeFileSync(path, bytes)
}
