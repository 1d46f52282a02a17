// Runs a stage's function as a worker would, on inputs that are already decoded.
import { fileURLToPath } from "node:url"
import type { Contents, Outputs, Roles, RunContext, Stage } from "../../../engine/declare/index.ts"

const kernels = fileURLToPath(new URL("../../../ml/kernels/kernels.wasm", import.meta.url))

export async function runForm<P, I extends Roles, O extends Outputs, G>(
  stage: Stage<P, I, O, G>,
  params: P,
  inputs: RunContext<P, I>["inputs"],
  settings: Readonly<Record<string, string>> = {},
): Promise<Contents<O>> {
  const { definition } = stage
  if (!("run" in definition)) throw new TypeError(`${stage.stageName} is a chain`)
  return (await definition.run({
    params,
    inputs,
    files: { kernels },
    settings,
    progress: async () => {},
    pause: async () => {},
    cores: () => 1,
    thread: () => {},
    log: () => {},
  })) as Contents<O>
}
