import t from "tap"
import type { Digest } from "../../../engine/content/digest.ts"
import type { PlannedTask } from "../../../engine/plan/planned.ts"
import { whole } from "../../../engine/verify/choose.ts"
import { Work } from "../../../engine/verify/work.ts"
import { count } from "../../counts.ts"

/** Tasks of which each is given what the one before it makes, of which nothing is at hand but what was made. */
function chainOf(length: number) {
  const made = new Set<string>()
  const tasks = Array.from({ length }, (_, id) => ({ label: String(id) }) as PlannedTask)
  const before = ({ label }: PlannedTask): ReadonlyArray<Digest> =>
    label === "0" || made.has(String(Number(label) - 1)) ? [] : [String(Number(label) - 1) as Digest]
  const work = new Work({ missing: before, maker: (digest) => tasks[Number(digest)] })
  return { tasks, made, work }
}

t.test("ancestors of any depth come first, each once, without recursion", async (t) => {
  const length = count(20_000, 200_000)
  const { tasks, made, work } = chainOf(length)
  work.add(whole(tasks.at(-1)!))
  work.add(whole(tasks[length >> 1]!))
  for (let at = 0, piece = work.take(); piece !== undefined; at++, piece = work.take()) {
    if (piece.chosen.task !== tasks[at]) t.fail(`${piece.chosen.task.label} came ${at}th`)
    made.add(piece.chosen.task.label)
    work.done(piece)
  }
  t.equal(made.size, length)
})

t.test("a part of a task that is done whole for others is not done beside it", async (t) => {
  const { tasks, made, work } = chainOf(2)
  work.add({ task: tasks[0]!, links: [3], finish: true })
  work.add(whole(tasks[1]!))
  const order: Array<string> = []
  for (let piece = work.take(); piece !== undefined; piece = work.take()) {
    order.push(`${piece.chosen.task.label} ${piece.chosen.links ?? "whole"}`)
    made.add(piece.chosen.task.label)
    work.done(piece)
  }
  t.same(order, ["0 whole", "1 whole"])
})

t.test(
  "what makes a damaged input comes before the task goes on, and one that could not is not waited for",
  async (t) => {
    const { tasks, made, work } = chainOf(3)
    made.add("1")
    work.add(whole(tasks[2]!))
    const piece = work.take()!
    made.delete("1")
    work.again(piece)
    const labels: Array<string> = []
    for (let next = work.take(); next !== undefined; next = work.take()) {
      labels.push(next.chosen.task.label)
      if (labels.length < 2) made.add(next.chosen.task.label) // task 1 fails
      work.done(next)
    }
    t.same(labels, ["0", "1", "2"])
  },
)
