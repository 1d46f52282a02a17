// Asks the probe, in a process of its own, about one backend.
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { Answer, Question } from "./probe.ts"

const remedy = "take it away and install it again; its last words may tell more"

/** Beside this file's bundle in dist/; in dist/ also when this runs from source. */
const program = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../dist/probe.mjs" : "./probe.mjs", import.meta.url),
)

/** @param environment the variables that the process is started with, beside those of this one */
export async function ask(
  question: Question,
  environment: Readonly<Record<string, string>>,
): Promise<Answer> {
  const child = spawn(process.execPath, [program, JSON.stringify(question)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  })
  let [said, errors] = ["", ""]
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = `${errors}${text}`.slice(-2000)
  })
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.on("close", (code, signal) => resolve([code, signal]))
  })
  const last = said.trimEnd().split("\n").at(-1)!
  if (code === 0 && last.startsWith("{")) return JSON.parse(last) as Answer
  const end = signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`
  const words = errors.trim().split("\n").at(-1) ?? ""
  return { loads: false, reason: `a process that loads it ${end}${words === "" ? "" : `: ${words}`}`, remedy }
}
