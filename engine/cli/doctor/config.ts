// What `doctor` says of the project's configuration: where it lies, who named what a run uses, and what is said of which stages.
import { join } from "node:path"
import { groupsOf, type Limit } from "../../declare/policy/limits.ts"
import { type Policy, wrongStage } from "../../declare/policy/policy.ts"
import { bytesOf } from "../../declare/policy/size.ts"
import { declaredNames } from "../../declare/stage.ts"
import { counted } from "../../report/readers/counted.ts"
import { machineMemory } from "../../run/capacity/machine.ts"
import { type ProjectConfig, projectConfig } from "../../session/config.ts"
import { experimentNames, loadExperiment } from "../../session/project.ts"
import { type Asked, broken, type Finding, fine, missing, type Probe } from "./finding.ts"

export const config: Probe = {
  about: "configuration",
  ask: async (asked) => {
    const { root } = asked
    let found: ProjectConfig
    try {
      found = await projectConfig(root)
    } catch (failure) {
      return [
        broken("file", (failure as Error).message, "mend it: no run starts before it can be read"),
        ...folders(asked),
      ]
    }
    const { file, policy, limits } = found
    if (file === undefined)
      return [missing("file", "no refold.config.ts", null), ...folders(asked), ...bounds(found)]
    const stages = await stagesOfAll(root)
    const [ruled, groups] = [Object.entries(policy), groupsOf(limits)]
    return [
      fine(
        "file",
        `${join(root, file)}: policy of ${counted(ruled.length, "stage")}, ${counted(groups.length, "limit")}`,
        {
          ...{ file, stages: ruled.length, limits: groups.length },
        },
      ),
      ...folders(asked),
      ...bounds(found),
      ...groups.map(([name, limit]) => limited(name, limit, stages)),
      ...ruled.map(([stage, said]) => ruledBy(stage, said, stages)),
    ]
  },
}

/** Where a value comes from, for people. */
const from = (by: string | undefined): string => (by === undefined ? "(default)" : `(${by})`)

function folders({ artifacts, data, by }: Asked): ReadonlyArray<Finding> {
  return [
    fine("artifacts", `${artifacts} ${from(by.artifacts)}`, { path: artifacts, by: by.artifacts ?? null }),
    data === undefined
      ? fine(
          "data",
          "no folder is named: what stages look for, they look for in their usual places (default)",
          { path: null, by: null },
        )
      : fine("data", `${data} ${from(by.data)}`, { path: data, by: by.data ?? null }),
  ]
}

/** What all tasks may take together, and the store. */
function bounds({ file, keep, limits }: ProjectConfig): ReadonlyArray<Finding> {
  const here = machineMemory()
  const has = `${(here / 1e9).toFixed(1)} GB`
  const memory = limits.memory === undefined ? here : bytesOf(limits.memory)!
  const found =
    limits.memory === undefined
      ? `${has}: what the machine has ${from(undefined)}`
      : `${limits.memory} ${from(file)}${memory > here ? `, and the machine has ${has}` : ""}`
  return [
    fine("memory", found, { bytes: memory, by: limits.memory === undefined ? null : file! }),
    keep === undefined
      ? fine("keep", `the store is not bounded ${from(undefined)}`, { keep: null, by: null })
      : fine("keep", `${keep} ${from(file)}`, { keep, by: file! }),
  ]
}

function limited(name: string, limit: Limit, stages: ReadonlyArray<string>): Finding {
  const { atOnce, perMinute } = limit
  const said = [
    ...(atOnce === undefined ? [] : [`${atOnce} at once`]),
    ...(perMinute === undefined ? [] : [`${perMinute} a minute`]),
  ].join(", ")
  const text = `${limit.stages.join(", ")}: ${said}`
  const wrong = wrongStage(Object.fromEntries(limit.stages.map((stage) => [stage, {}])), stages)
  const facts = { atOnce: atOnce ?? null, perMinute: perMinute ?? null }
  return wrong === undefined ? fine(name, text, facts) : nothingTakes(name, text, wrong)
}

function ruledBy(stage: string, said: Policy, stages: ReadonlyArray<string>): Finding {
  const { resources: { cores, memory } = {}, ...others } = said
  const fields = Object.entries({ ...others, cores, memory }).filter(([, value]) => value !== undefined)
  const words = fields.map(([name, value]) => `${name} ${value}${name === "timeout" ? " s" : ""}`)
  const text = words.length === 0 ? "nothing" : words.join(", ")
  const wrong = wrongStage({ [stage]: {} }, stages)
  return wrong === undefined
    ? fine(stage, text, Object.fromEntries(fields as ReadonlyArray<[string, string | number]>))
    : nothingTakes(stage, text, wrong)
}

const nothingTakes = (name: string, text: string, wrong: string): Finding =>
  missing(name, `${text}, which nothing takes: of this project's experiments, ${wrong}`, "name a stage")

/** What the project's experiments declare, as far as they can be loaded. */
async function stagesOfAll(root: string): Promise<ReadonlyArray<string>> {
  for (const name of experimentNames(root)) await loadExperiment(root, name).catch(() => {})
  return declaredNames()
}
