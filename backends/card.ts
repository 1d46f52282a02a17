// The name of the NVIDIA card at hand, as its driver says.
import { spawnSync } from "node:child_process"

/** "GPU, NVIDIA …", or only "GPU" where the driver's program is not at hand. */
export function card(): string {
  const { status, stdout } = spawnSync("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader"], {
    encoding: "utf8",
  })
  const [name = ""] = status === 0 ? stdout.split("\n") : []
  return name.trim() === "" ? "GPU" : `GPU, ${name.trim()}`
}
