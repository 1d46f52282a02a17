/** Asks the probe, in a process of its own, about one backend. */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { Answer, Question } from "./probe.ts"

const remedy = "its own last words are above; another install of it may help"

/** @param environment the variables that the process is started with, beside those of this one */
export async function ask(
  question: Question,
  environment: Readonly<Record<string, string>>,
): Promise<Answer> {
  const program = fileURLToPath(new URL("./probe.mjs", import.meta.url))
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
