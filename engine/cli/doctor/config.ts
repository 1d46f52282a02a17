// What `doctor` says of the project's configuration: where it lies, and what policy it gives to which stages.
import { type Policies, wrongStage } from "../../declare/policy.ts"
import { declaredNames } from "../../declare/stage.ts"
import { counted } from "../../report/readers/counted.ts"
import { type ProjectConfig, projectConfig } from "../../session/config.ts"
import { experimentNames, loadExperiment } from "../../session/project.ts"
import { broken, type Finding, fine, missing, type Probe } from "./finding.ts"

export const config: Probe = {
  about: "configuration",
  ask: async ({ root }) => {
    let found: ProjectConfig
    try {
      found = await projectConfig(root)
    } catch (failure) {
      return [broken("file", (failure as Error).message, "mend it: no run starts before it can be read")]
    }
    const { file, policy, keep } = found
    if (file === undefined) return [missing("file", "no refold.config.ts", null)]
    const stages = await stagesOfAll(root)
    const count = Object.keys(policy).length
    return [
      fine(
        "file",
        `${file}: policy of ${counted(count, "stage")}${keep === undefined ? "" : `, keep ${keep}`}`,
        {
          ...{ file, stages: count },
          ...(keep === undefined ? {} : { keep }),
        },
      ),
      ...Object.keys(policy).map((stage) => policyOf(stage, policy, stages)),
    ]
  },
}

function policyOf(stage: string, policies: Policies, stages: ReadonlyArray<string>): Finding {
  const said = Object.entries(policies[stage]!).filter(([, value]) => value !== undefined)
  const text = said.map(([name, value]) => `${name} ${value}${name === "timeout" ? " s" : ""}`).join(", ")
  const wrong = wrongStage({ [stage]: {} }, stages)
  return wrong === undefined
    ? fine(stage, text === "" ? "nothing" : text, Object.fromEntries(said))
    : missing(stage, `${text}, which nothing takes: of this project's experiments, ${wrong}`, "name a stage")
}

/** What the project's experiments declare, as far as they can be loaded. */
async function stagesOfAll(root: string): Promise<ReadonlyArray<string>> {
  for (const name of experimentNames(root)) await loadExperiment(root, name).catch(() => {})
  return declaredNames()
}
