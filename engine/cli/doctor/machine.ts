// What `doctor` says of the machine itself: Node, the processor, git. Nothing of it is in a key.
import { readFileSync } from "node:fs"
import { availableParallelism, cpus, totalmem } from "node:os"
import { counted } from "../../report/readers/counted.ts"
import { currentCommit } from "../../session/git.ts"
import { broken, type Finding, fine, missing, type Probe } from "./finding.ts"

const oldest = 20

export const machine: Probe = {
  about: "machine",
  ask: async ({ root }) => [node(), webAssembly(), processor(), await git(root)],
}

function node(): Finding {
  const { node } = process.versions
  const isEnough = Number(node.split(".")[0]) >= oldest
  const facts = { version: node, platform: process.platform, arch: process.arch }
  return isEnough
    ? fine("Node", `${node} on ${process.platform}, ${process.arch}`, facts)
    : broken("Node", `${node} is too old`, `install Node ${oldest} or later`, facts)
}

/** A module of one function that uses a vector of 128 bits. */
const vectors = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0],
  ...[10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
)

function webAssembly(): Finding {
  const isWide = compiles(vectors)
  const found = `${isWide ? "with" : "without"} vectors of 128 bits, V8 ${process.versions.v8}`
  return isWide
    ? fine("WebAssembly", found, { vectors: true })
    : broken("WebAssembly", found, "start Node without options that switch them off", { vectors: false })
}

function compiles(module: Uint8Array): boolean {
  try {
    return new WebAssembly.Module(module) !== undefined
  } catch {
    return false
  }
}

/** Instruction sets that matter to arithmetic; what computes bit-exactly gives the same with and without them. */
const told = ["sse4_2", "avx", "avx2", "fma", "avx512f", "amx_tile", "asimd", "sve"]

function processor(): Finding {
  const model = cpus()[0]?.model.trim() ?? process.arch
  const sets = told.filter((name) => flags().includes(name))
  const cores = availableParallelism()
  const memory = totalmem() / 2 ** 30
  const found = `${model}, ${counted(cores, "core")}, ${memory.toFixed(1)} GiB${sets.length === 0 ? "" : `; ${sets.join(" ")}`}`
  return fine("processor", found, { model, cores, memory: totalmem(), features: sets.join(" ") })
}

/** As Linux names them; elsewhere none are known. */
function flags(): ReadonlyArray<string> {
  try {
    const [, names = ""] =
      /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8")) ?? []
    return names.split(" ")
  } catch {
    return []
  }
}

async function git(root: string): Promise<Finding> {
  const { commit, dirty } = await currentCommit(root)
  if (commit === null)
    return missing("git", "no commit here: runs are recorded without one", "git init, git commit")
  const changes =
    dirty === true ? ", with uncommitted changes" : dirty === null ? "" : ", nothing uncommitted"
  return fine("git", `${commit.slice(0, 10)}${changes}`, { commit, dirty })
}
