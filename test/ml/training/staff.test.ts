// Laws of how a trainer keeps up with the cores that are lent to it.
import t from "tap"
import { describe } from "../../../ml/network/describe.ts"
import { lenet } from "../../../ml/network/lenet.ts"
import { wide } from "../../../ml/network/wide.ts"
import { staffing, workOf } from "../../../ml/training/staff.ts"
import type { Trainer } from "../../../ml/training/trainer.ts"

/** A trainer and a lender that write down what is asked of them. */
function watched(work: number, most = 4) {
  const heard: Array<string> = []
  let cores = 1
  let invitations = 0
  const trainer = {
    invite: () => ++invitations,
    employ: (threads: number) => heard.push(`employ ${threads}`),
  } as unknown as Trainer
  const thread = (invitation: unknown) => heard.push(`thread ${invitation}`)
  const keepUp = staffing(trainer, { cores: () => cores, thread }, work, most)
  return (now: number) => {
    cores = now
    keepUp()
    return heard.splice(0)
  }
}

t.test("threads start when there are cores for them, once, and rest while there are not", async (t) => {
  const lent = watched(1e12)
  t.same(lent(1), [])
  t.same(lent(2), ["thread 1", "employ 1"])
  t.same(lent(2), [])
  t.same(lent(1), ["employ 0"])
  t.same(lent(3), ["thread 2", "employ 2"])
  t.same(lent(8), ["thread 3", "employ 3"], "no more than can share a job")
})

t.test("what is quickly done starts no thread, and neither does a trainer that none can join", async (t) => {
  t.same(watched(1e9)(8), [])
  const alone = staffing({} as Trainer, { cores: () => 8, thread: () => t.fail() }, 1e12, 4)
  alone()
})

t.test("work is counted in the multiply-adds that a description tells", async (t) => {
  for (const network of [lenet({ dropout: 0.25 }), wide(10)])
    t.equal(workOf(network, [28, 28, 1], 3), 3 * describe(network, [28, 28, 1]).totals.multiplyAdds)
})
