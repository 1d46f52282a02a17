// A plan with its groups open and its choices made, by what tasks are known to have given: in an earlier run, or by a lock. It looks nothing
// up, and what cannot be told stays as it is.
import type { Digest } from "../content/digest.ts"
import type { FolderFile } from "../content/manifest.ts"
import type { Steps } from "../content/steps.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import { nameOfFile } from "../declare/task.ts"
import type { LocalInput } from "../key/file-records.ts"
import { groupItems } from "../key/group-items.ts"
import { chosen, type KnownOutputs } from "../key/known.ts"
import { decidedPlan } from "../plan/needed.ts"
import type { Plan } from "../plan/plan.ts"
import { isGroup, type PlannedGroup, type PlannedStep } from "../plan/planned.ts"
import { ConditionRefused, type Decide } from "../plan/taken.ts"
import { GroupFailed, Unfolding } from "../plan/unfolding.ts"
import { guardedBodies } from "../worker/guarded-bodies.ts"
import type { Measured } from "./compared-samples.ts"
import { NotQuoted } from "./locked-outputs.ts"
import { foldersOf } from "./quoted-folder.ts"

/** What is at hand. */
export interface AtHand {
  readonly outputs: Measured["outputs"]
  readonly content: Measured["content"]
  readonly folder: (digest: Digest) => ReadonlyArray<FolderFile> | undefined
  /** Of local files that are inputs, by path. */
  readonly files: ReadonlyMap<string, LocalInput>
}

export function* recordedPlan(plan: Plan, atHand: AtHand): Steps<Plan> {
  const unfolding = new Unfolding(plan, guardedBodies(plan.bundle))
  const known = knownOf(unfolding, atHand)
  const open = function* (step: PlannedStep): Steps<void> {
    yield
    const items = isGroup(step) ? orUnknown(() => groupItems(step, known)) : undefined
    if (items === undefined) return
    const { steps } = (yield* opening(unfolding, step as PlannedGroup, items)) ?? { steps: [] }
    for (const inner of steps) yield* open(inner)
  }
  for (const step of plan.steps) yield* open(step)
  const decide: Decide = (choice) => orUnknown(() => chosen(choice, known))
  return decidedPlan(unfolding.plan, decide)
}

function knownOf(unfolding: Unfolding, { outputs, content, folder, files }: AtHand): KnownOutputs {
  const folders = foldersOf(files)
  const label: KnownOutputs["label"] = (node) => unfolding.task(node).label
  const there = <A>(found: A | undefined): A => {
    if (found === undefined) throw new NotQuoted("nobody has it")
    return found
  }
  return {
    outputs: (node) =>
      Object.fromEntries(
        Object.entries(there(outputs(label(node)))).map(([name, { digest, size }]) => [
          name,
          { kind: node.stage.definition.outputs[name], digest, size: size ?? 0 },
        ]),
      ),
    file: (file) => there(files.get(nameOfFile(file))),
    value: (digest) => there(content(digest)),
    folder: (digest) => folders.get(digest) ?? folder(digest),
    opened: (node) => there(unfolding.opened(unfolding.group(node))),
    hasOutputs: (node) => outputs(label(node)) !== undefined,
    label,
  }
}

/** A body that fails today may not have when the list was given. */
function* opening(unfolding: Unfolding, group: PlannedGroup, items: ReturnType<typeof groupItems>) {
  try {
    return yield* unfolding.open(group, items)
  } catch (failure) {
    if (failure instanceof GroupFailed) return undefined
    throw failure
  }
}

function orUnknown<A>(read: () => A): A | undefined {
  try {
    return read()
  } catch (failure) {
    const isUnknown = [NotQuoted, ConditionRefused, DeclarationError].some((of) => failure instanceof of)
    if (isUnknown) return undefined
    throw failure
  }
}
