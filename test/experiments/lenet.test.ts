// in turn, in CI: it starts processes.
import t, { type Test } from "tap"
import { checkout } from "../../engine/testing/project.ts"
import { outputs, states } from "../engine/support/chain.ts"

/** The epochs of the model's own training; another of the sample is what its page does again. */
const links = (ran: Awaited<ReturnType<ReturnType<typeof trainer>>>) =>
  ran
    .of("link-finished")
    .filter(({ task }) => task === "train")
    .map(({ index, status }) => `${index} ${status}`)

/** LeNet trained on the small sample that the repository holds. */
const trainer = (t: Test) => {
  const { json } = checkout(t)
  return (...sets: ReadonlyArray<string>) =>
    json(
      "--exp",
      "lenet",
      "--to",
      "train",
      ...["dataset=fashion-mnist-sample", ...sets].flatMap((set) => ["--set", set]),
    )
}

t.test(
  "epochs go on from fewer to the bits of all at once; how training ends trains nothing again",
  async (t) => {
    const [step, whole] = [trainer(t), trainer(t)]
    t.same(links(await step("epochs=2")), ["1 ran", "2 ran"])
    const four = await step("epochs=4")
    t.match(four.of("link-finished")[3], { task: "train", unit: "epoch", index: 4, status: "ran" })
    t.same(links(four), ["1 cached", "2 cached", "3 ran", "4 ran"])
    const atOnce = await whole("epochs=4")
    t.same(states(four), states(atOnce))
    t.same(outputs(four), outputs(atOnce))
    const otherwise = await step(
      "epochs=4",
      "patience=3",
      "minimumDelta=0.001",
      "monitor=accuracy",
      "restoreBest=true",
    )
    t.same(links(otherwise), ["1 cached", "2 cached", "3 cached", "4 cached"])
    t.equal(otherwise.tasks.train, "ran")
  },
)

t.test("a loss that is no finite number fails the training and names epoch and step", async (t) => {
  const train = trainer(t)
  const failed = await train("epochs=2", "learningRate=1e30")
  t.equal(failed.code, 1)
  t.match(
    failed.of("task-finished").find(({ task }) => task === "train"),
    {
      task: "train",
      error: { tag: "NonFiniteError", message: /the loss is not a finite number at step \d+ of epoch 1/ },
    },
  )
})
