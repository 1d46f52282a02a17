// What a library is built for and proved on: the processor's model and what it can do, where the system says so.
import { existsSync, readFileSync } from "node:fs"
import { arch, cpus, platform } from "node:os"

/** The same text on processors of one model with one set of features. */
export function processor(): string {
  return [platform(), arch(), cpus()[0]?.model.trim() ?? "unknown", features()].join("; ")
}

/** Features as Linux lists them for its first processor; elsewhere the model stands for them. */
function features(): string {
  const list = "/proc/cpuinfo"
  if (!existsSync(list)) return ""
  return /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync(list, "utf8"))?.[1]?.trim() ?? ""
}
