// What a task is performed within: a worker process, the coordinator, or a test. Types only.
import type { AnyForm } from "../../declare/form.ts"
import type { InputFile, Nudge, TaskFile } from "../protocol.ts"

export interface Host {
  readonly nudge: (nudge: Nudge) => void
  /** Called with the stage's run between them: traps go up before and come down after. */
  readonly enter: (task: TaskFile) => void
  readonly leave: () => void
  /** Runs what is the engine's own in the midst of that, the traps down. */
  readonly outside: <A>(own: () => A) => A
  /** Says what the stage does from here on (`link 3`, `finish`): what is drawn for it depends on that, and on nothing before. */
  readonly draw: (purpose: string) => void
  /** Whether the stage must give what it gives at once, since others run in this process. */
  readonly isShared: boolean
  /** Appends to the attempt's log. */
  readonly print: (text: string) => void
  /** Where the task's temporary files lie. */
  readonly scratch: string
  /** A clock that stands outside the traps: seconds. */
  readonly now: () => number
  /** How many cores the task may use at present. */
  readonly cores: () => number
  /** Those that the task declares, by name; none where no stage has any. */
  readonly secrets?: Readonly<Record<string, string>>
  /** The form of the stage that the task is of. */
  readonly form: (task: TaskFile) => AnyForm | Promise<AnyForm>
  /** The bytes of an input. @throws CorruptInput for those that are not what their digest promises */
  readonly read: (role: string, input: InputFile) => Uint8Array
}
