// What to do where TensorFlow is not to be had: the exact commands.
import { readFileSync } from "node:fs"
import { join } from "node:path"

const VERSION = "4.22.0"

export const cpuRemedy = `npm install ${["core", "layers", "backend-cpu"].map((part) => `@tensorflow/tfjs-${part}@${VERSION}`).join(" ")}`

/** Of a project: one that has the program which sets TensorFlow up is told to run it. */
export function tensorflowRemedy(root: string): string {
  return hasSetup(root)
    ? "npm run setup:tensorflow (for an NVIDIA card: npm run setup:tensorflow -- --gpu)"
    : `npm install @tensorflow/tfjs-node@${VERSION} (for an NVIDIA card: @tensorflow/tfjs-node-gpu@${VERSION})`
}

function hasSetup(root: string): boolean {
  try {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
    return typeof scripts?.["setup:tensorflow"] === "string"
  } catch {
    return false
  }
}
