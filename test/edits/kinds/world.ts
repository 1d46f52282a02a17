// Edits of the world that a project runs in: none of them may make a task run again, or change what one gives.
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Dice } from "../dice.ts"
import type { World } from "../trial.ts"
import { type Kinds, ofWorld } from "./kind.ts"

const filesUnder = (folder: string, extension: string): ReadonlyArray<string> =>
  (readdirSync(folder, { recursive: true }) as Array<string>)
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => join(folder, name))

const environments: Readonly<Record<string, ReadonlyArray<string>>> = {
  LANG: ["de_DE.UTF-8", "tr_TR.UTF-8", "C"],
  LC_ALL: ["fr_FR.UTF-8", "hi_IN.UTF-8"],
  TZ: ["Asia/Kolkata", "America/New_York", "UTC"],
  NODE_OPTIONS: ["--max-old-space-size=300", "--conditions=other", "--no-warnings"],
  NODE_ENV: ["production", "test"],
  SEED: ["1", "2"],
}

export const drawVariable = (dice: Dice): Readonly<Record<string, string>> => {
  const name = dice.pick(Object.keys(environments))
  return { [name]: dice.pick(environments[name]!) }
}

const touch = ({ root, paths }: World, dice: Dice): void => {
  for (const path of paths)
    if (dice.chance(0.7)) utimesSync(join(root, path), dice.below(1e9), dice.below(1e9))
}

export const world: Kinds = {
  "a touch": ofWorld(touch),
  "files written again": ofWorld(({ root, paths }) => {
    for (const path of paths) writeFileSync(join(root, path), readFileSync(join(root, path)))
  }),
  "as many at once as before, or another number": ofWorld((world, dice) => {
    world.jobs = dice.between(1, 2)
  }),
  "an environment variable": ofWorld((world, dice) => {
    world.environment = drawVariable(dice)
  }),
  "another working folder": ofWorld((world, dice) => {
    world.folder = dice.pick([undefined, "lib", "data"])
  }),
  "a moved clone": ofWorld((world) => world.move()),
  "the folder of what is remembered is gone": ofWorld(({ cache }) =>
    rmSync(cache, { recursive: true, force: true }),
  ),
  "kept bundles are damaged": ofWorld(({ cache }, dice) => {
    for (const path of filesUnder(cache, ".mjs"))
      if (dice.chance(0.5))
        writeFileSync(path, readFileSync(path, "utf8").replaceAll('join("|")', 'join("!")'))
  }),
  "kept bundles are cut short": ofWorld(({ cache }, dice) => {
    for (const path of filesUnder(cache, ".mjs"))
      if (dice.chance(0.5))
        writeFileSync(path, readFileSync(path).subarray(0, dice.below(statSync(path).size)))
  }),
  "what is remembered is damaged": ofWorld(({ cache }, dice) => {
    for (const path of filesUnder(cache, ".json"))
      if (dice.chance(0.5))
        writeFileSync(path, dice.pick(["", "{}", "null", readFileSync(path).subarray(0, 40)]))
  }),
  "nothing at all": ofWorld(() => {}),
}
