// Performs one task of a recorded stage: asks what its key says, and writes the answer as blobs. It knows no store and no ledger, and
// not whether others ask beside it.
import { dirname } from "node:path"
import { canonical, type Json } from "../../../content/canonical.ts"
import { digestOf } from "../../../content/digest.ts"
import { atOnce } from "../../../content/steps.ts"
import type { AnyForm } from "../../../declare/form.ts"
import { type Asking, probeOf, type Recording } from "../../../declare/observed/recorded.ts"
import type { ResultFile, TaskError, TaskFile } from "../../protocol.ts"
import { taskErrorOf } from "../failing/task-error.ts"
import type { Host } from "../host.ts"
import { writeOutputs } from "../inputs-and-outputs.ts"
import { looking } from "../looking.ts"
import { secretsOf } from "../telling/masking.ts"
import { accepted } from "./accepted.ts"

// biome-ignore lint/suspicious/noExplicitAny: of any params and roles
type AnyRecording = Recording<any, any, any, any>

/** @returns what came of it, whatever happens; undefined once the signal says that nobody wants it any more */
export async function performAsking(
  form: AnyForm & AnyRecording,
  task: TaskFile,
  folder: string,
  signal: AbortSignal,
  host: Pick<Host, "print" | "outside" | "now" | "secrets" | "scratch">,
): Promise<ResultFile | undefined> {
  const { print, outside, now } = host
  const started = now()
  const seconds = (): number => now() - started
  try {
    const asking: Asking = {
      signal,
      secrets: secretsOf(task, host.secrets),
      log: (line) => outside(() => print(`${line}\n`)),
      accepted,
    }
    if (task.isProbing === true) {
      const given: unknown = await probing(form, task, asking)
      if (signal.aborted) return undefined
      const probed = outside(() => digestOf(canonical(given, `what the probe of "${task.stage}" gave`)))
      return { status: "done", outputs: {}, progress: [], probed, seconds: seconds() }
    }
    const contents = await form.observe(task.request as Json, asking)
    if (signal.aborted) return undefined
    const look = looking(task, [dirname(task.code), folder], host)
    const outputs = outside(() => atOnce(writeOutputs(task.stage, form.outputs, contents, folder, look)))
    return { status: "done", outputs, progress: [], seconds: seconds() }
  } catch (failure) {
    if (signal.aborted) return undefined
    return { status: "failed", error: { ...taskErrorOf(failure), ...refusalOf(failure) }, seconds: seconds() }
  }
}

/** A probe that failed, or gave nothing to compare. */
class ProbeFailed extends Error {
  readonly _tag = "ProbeFailed"
}

/** @throws ProbeFailed with what it threw behind it, and with what that says of asking again */
async function probing(form: AnyForm & AnyRecording, task: TaskFile, asking: Asking): Promise<unknown> {
  try {
    const given: unknown = await probeOf(form)!(task.request as never, asking)
    if (given !== undefined && given !== null) return given
    const nothing = new Error(`it gave ${given}, which is the same whatever the state of the world`)
    throw Object.assign(nothing, { isFinal: true })
  } catch (failure) {
    const told = `nobody knows whether what "${task.stage}" observed is still good, as its probe failed: ${messageOf(failure)}; --locked goes by what the lock pins, and probes nothing`
    throw Object.assign(new ProbeFailed(told, { cause: failure }), refusalOf(failure))
  }
}

const messageOf = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure))

/** What an error says of asking again. */
function refusalOf(failure: unknown): Pick<TaskError, "retryAfter" | "isFinal"> {
  const { retryAfter, isFinal } = (failure ?? {}) as Record<string, unknown>
  return {
    ...(typeof retryAfter === "number" && Number.isFinite(retryAfter) && retryAfter > 0
      ? { retryAfter }
      : {}),
    ...(isFinal === true ? { isFinal } : {}),
  }
}
