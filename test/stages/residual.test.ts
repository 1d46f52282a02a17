// in turn, in CI: it trains through the command line, and kills it.
// A residual network of five convolutions that is killed while it trains, and goes on, in a project as a person has it.
import { createHash } from "node:crypto"
import { join } from "node:path"
import fc from "fast-check"
import t from "tap"
import type { Ran } from "../../engine/testing/command.ts"
import { project } from "../../engine/testing/project.ts"
import type { Teardown } from "../../engine/testing/temporary-folder.ts"
import { count } from "../counts.ts"
import { readDigests } from "../cross-machine/digests.ts"
import { root } from "../support/sources.ts"

const EPOCHS = 30
/** Of all that the experiment gives, each state of the network among it: another one means that bits have moved. */
const DIGEST = "65a053e10c373281f05536e1b4ad3ccfe136626ac3d181c33086ad0ab0c3bb40"

const options = ["--exp", "residual", "--set", `epochs=${EPOCHS}`, "--json", "--jobs", "1"]
const lab = (t: Teardown) => project(t, join(root, "test/fixtures/residual"))
const epochs = ({ of }: Ran, wanted: "ran" | "cached") =>
  of("link-finished").flatMap(({ index, status }) => (status === wanted ? [index] : []))
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at)

const digestOf = (stdout: string): string => {
  const { tasks, failures } = readDigests(stdout)
  const all = tasks.flatMap(({ task, digests }) => Object.entries(digests).map((each) => [task, ...each]))
  return createHash("sha256")
    .update(JSON.stringify([...all.map(String).sort(), ...failures]))
    .digest("hex")
}

t.test(
  "a training is the same, to the bit, on this machine as on the one where it was written down",
  async (t) => {
    const whole = await lab(t).start(options).ended
    t.equal(whole.code, 0, whole.stderr)
    t.same(epochs(whole, "ran"), range(1, EPOCHS))
    t.equal(digestOf(whole.stdout), DIGEST)
  },
)

t.test("killed twice in the midst of epochs, it trains none again and gives the same bits", async (t) => {
  const drawn = fc.array(fc.integer({ min: 1, max: EPOCHS / 5 }), { minLength: 2, maxLength: 2 })
  for (const gaps of fc.sample(drawn, count(1, 10))) {
    const { start } = lab(t)
    let finished = 0
    /** What a run found and what it did: an epoch may be kept although the kill came before anybody heard so. */
    const goesOn = (ran: Ran): void => {
      const found = epochs(ran, "cached").length
      t.ok(found >= finished, `${found} epochs were kept, and ${finished} had finished`)
      finished = found + epochs(ran, "ran").length
      t.same(epochs(ran, "cached"), range(1, found))
      t.same(epochs(ran, "ran"), range(found + 1, finished))
    }
    for (const gap of gaps) {
      const running = start(options)
      const epoch = finished + gap
      await running.event("link-finished", ({ index }) => index === epoch)
      running.child.kill("SIGKILL")
      const killed = await running.ended
      t.equal(killed.signal, "SIGKILL", `killed after epoch ${epoch}`)
      goesOn(killed)
      t.ok(finished < EPOCHS)
    }
    const resumed = await start(options).ended
    t.equal(resumed.code, 0, resumed.stderr)
    goesOn(resumed)
    t.equal(finished, EPOCHS)
    t.equal(digestOf(resumed.stdout), DIGEST, `gaps of ${gaps} epochs`)
  }
})
