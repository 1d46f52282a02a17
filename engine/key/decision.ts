// The value that decided on a choice, as people are told. Pure but for what it is handed.
import type { ChoiceNode } from "../declare/task.ts"
import { decidingField } from "../plan/taken.ts"
import type { Decision } from "./explain.ts"
import { given, type Known, makerText, recordOf } from "./known.ts"

/** Once it is there. */
export function decisionOn({ on, branches }: ChoiceNode, known: Known): Decision {
  const { source, name } = given(on.output, known)!
  return {
    task: source._tag === "Task" ? known.label(source) : null,
    output: name,
    path: on.path,
    value: decidingField(on, known.value(recordOf(on.output, known).digest), () =>
      makerText(on.output, known),
    ),
    branches: branches.flatMap(({ values }) => values),
  }
}
