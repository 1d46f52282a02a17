// The tasks of a run on its page: each in a row, or, of many, each stage in a row and by name only those that a person looks for.
import { groupedBy } from "../../content/grouped.ts"
import { duration } from "../readers/reasons.ts"
import type { NotNeededFacts, RunFacts } from "./facts.ts"
import { begun, folded, type Html, html, note, nothing } from "./html.ts"
import { tableRows } from "./tables.ts"

type Task = RunFacts["tasks"][number]

/** Tasks of which each has a row. */
const mostRows = 500
const room = { most: mostRows, bytes: 160_000 }
/** Of more tasks: rows of stages, of what failed, and of what took longest. */
const stageRoom = { most: 200, bytes: 60_000 }
const failedRoom = { most: 100, bytes: 40_000 }
const longestRoom = { most: 20, bytes: 20_000 }
const mostLetters = 400

const statuses = ["ran", "cached", "failed", "skipped", "not-needed"] as const
const word = (status: (typeof statuses)[number]): string => status.replace("-", " ")

export function tasks({ tasks, inexact, adopted, notNeeded }: RunFacts): Html {
  const notesOf = noting(new Set(inexact?.tasks), new Set(adopted), notNeeded?.tasks ?? {})
  const groups = [...groupedBy(tasks, ({ group = "" }) => group)].filter(([group]) => group !== "")
  const own = tasks.filter(({ group }) => group === undefined)
  const shown = groups.slice(0, mostGroups)
  const content = html`${table(own, notesOf)}
${shown.map(([group, tasks]) => folded(group, talliedText(tasks), table(tasks, notesOf, mostRows / shown.length)))}
${groups.length === shown.length ? nothing : note(html`${shown.length} of ${groups.length} groups.`)}`
  return folded("Tasks", talliedText(tasks), content)
}

/** Groups of which each can be opened. */
const mostGroups = 50

/** @param most tasks of which each has a row */
const table = (tasks: ReadonlyArray<Task>, notesOf: NotesOf, most = mostRows): Html =>
  tasks.length <= most ? each(tasks, notesOf, room) : byStages(tasks, notesOf)

/** `3 ran, 2 cached`. */
function talliedText(tasks: ReadonlyArray<Task>): string {
  const { counts } = tallyOf(tasks)
  return statuses
    .filter((status) => counts[status] > 0)
    .map((status) => `${counts[status]} ${word(status)}`)
    .join(", ")
}

/** Of some tasks: how many there are of each status, and their seconds. */
interface Tally {
  readonly counts: Record<(typeof statuses)[number], number>
  readonly work: number
  readonly longest: number
}

function tallyOf(tasks: ReadonlyArray<Task>): Tally {
  const counts = { ran: 0, cached: 0, failed: 0, skipped: 0, "not-needed": 0 }
  let [work, longest] = [0, 0]
  for (const { status, seconds = 0 } of tasks) {
    counts[status]++
    work += seconds
    longest = Math.max(longest, seconds)
  }
  return { counts, work, longest }
}

type NotesOf = (label: string) => ReadonlyArray<string>

function noting(
  inexact: ReadonlySet<string>,
  adopted: ReadonlySet<string>,
  notNeeded: NotNeededFacts["tasks"],
): NotesOf {
  const decided = new Map(
    Object.entries(notNeeded).flatMap(([why, labels]) => labels.map((label) => [label, [why]] as const)),
  )
  return (label) => [
    ...(inexact.has(label) ? ["not bit-exact"] : []),
    ...(adopted.has(label) ? ["adopted"] : []),
    ...(decided.get(label) ?? []),
  ]
}

/** A row a task, and how many there was no room for. */
function each(tasks: ReadonlyArray<Task>, notesOf: NotesOf, within: typeof room): Html {
  const row = ({ label, status, seconds, observed }: Task): ReadonlyArray<Html> => {
    const notes = [
      ...notesOf(label),
      ...(observed === undefined ? [] : [`observed ${observed.slice(0, 16).replace("T", " ")} UTC`]),
    ]
    const noted = notes.length === 0 ? nothing : html` <span class="soft">${notes.join(", ")}</span>`
    return [
      html`<td><code>${begun(label, mostLetters)}</code>${noted}</td><td class="${status}">${word(status)}</td><td class="number">${seconds === undefined ? "–" : duration(seconds)}</td>`,
    ]
  }
  const rows = tableRows(within, tasks, row)
  return html`<div class="scroll"><table>
<thead><tr><th scope="col">task</th><th scope="col">status</th><th class="number" scope="col">took</th></tr></thead>
<tbody>\n${rows}\n</tbody></table></div>${rows.length === tasks.length ? nothing : note(html`${rows.length} of ${tasks.length} tasks.`)}`
}

function byStages(tasks: ReadonlyArray<Task>, notesOf: NotesOf): Html {
  const failed = tasks.filter(({ status }) => status === "failed")
  const longest = longestOf(tasks, longestRoom.most)
  return html`${byStage(tasks, notesOf)}
${failed.length === 0 ? nothing : html`<h3>Failed</h3>\n${each(failed, notesOf, failedRoom)}`}
${longest.length === 0 ? nothing : html`<h3>Longest</h3>\n${each(longest, notesOf, longestRoom)}`}
${note(html`Of ${tasks.length} tasks not each has a row: <code>logs TASK</code> and <code>why TASK</code> tell of any of them.`)}`
}

function byStage(tasks: ReadonlyArray<Task>, notesOf: NotesOf): Html {
  const stages = [...groupedBy(tasks, ({ stage }) => stage)]
  const number = (value: number | string): Html => html`<td class="number">${value}</td>`
  const shown = statuses.filter(
    (each) => each !== "not-needed" || tasks.some(({ status }) => status === each),
  )
  const rows = tableRows(stageRoom, stages, ([stage, tasks]) => {
    const { counts, work, longest } = tallyOf(tasks)
    const noted = notedOf(tasks, notesOf)
    return [
      html`<td><code>${begun(stage, mostLetters)}</code>${noted.length === 0 ? nothing : html` <span class="soft">${noted.join(", ")}</span>`}</td>`,
      number(tasks.length),
      ...shown.map((status) => number(counts[status])),
      number(duration(work)),
      number(duration(longest)),
    ]
  })
  const heads = ["tasks", ...shown.map(word), "work", "longest"]
  return html`<div class="scroll"><table>
<thead><tr><th scope="col">stage</th>${heads.map((head) => html`<th class="number" scope="col">${head}</th>`)}</tr></thead>
<tbody>\n${rows}\n</tbody></table></div>${rows.length === stages.length ? nothing : note(html`${rows.length} of ${stages.length} stages.`)}`
}

/** How many tasks have each note. */
function notedOf(tasks: ReadonlyArray<Task>, notesOf: NotesOf): ReadonlyArray<string> {
  const counts = new Map<string, number>()
  for (const { label } of tasks)
    for (const each of notesOf(label)) counts.set(each, (counts.get(each) ?? 0) + 1)
  return [...counts].map(([text, count]) => `${count} ${text}`)
}

/** Those that took longest, first of all the longest; among equals in the order of the tasks. */
function longestOf(tasks: ReadonlyArray<Task>, most: number): ReadonlyArray<Task> {
  const longest: Array<Task> = []
  for (const task of tasks) {
    if (task.seconds === undefined) continue
    if (longest.length === most && task.seconds <= longest.at(-1)!.seconds!) continue
    const at = longest.findIndex(({ seconds }) => seconds! < task.seconds!)
    longest.splice(at === -1 ? longest.length : at, 0, task)
    if (longest.length > most) longest.pop()
  }
  return longest
}
