// in turn, in CI, first: it packs, installs and trains.
// Whether the photographs' project runs from the tarball alone, is cached, is what its lock says, and beats its baselines on files like CIFAR-10's.
import t from "tap"
import { count } from "../counts.ts"
import { example, holds, last } from "../support/example.ts"
import { node, packed, tsx } from "../support/installed.ts"

const photos = await example(t, await packed(t), "photos")

t.test("photos compiles, runs, is cached on its second run, and is proved by recomputing", (t) =>
  holds(t, photos, "photos"),
)

t.test(
  "on images in CIFAR-10's binary format the network is ahead of each baseline by more than the interval of the difference",
  async (t) => {
    const { folder, refold } = photos
    const make = ["make-images.ts", "--cifar10", "cloth", "--batch", `${count(60, 300)}`, "--test", "300"]
    const made = await node(folder, tsx, ...make)
    t.equal(made.code, 0, made.stderr)
    const [command, ...given] = made.stdout.trim().split(" --")
    t.equal(command, "npx refold")
    const ran = await refold(
      ...given.flatMap((each) => `--${each}`.split(" ")),
      "--json",
      "--set",
      "epochs=15",
    )
    t.equal(ran.code, 0, ran.stderr || ran.stdout)
    t.match(last(ran.stdout), { event: "run-finished", failed: 0, skipped: 0 })
    const { metrics } = JSON.parse(ran.stdout.split("\n").find((line) => line.includes('"event":"results"'))!)
    for (const baseline of ["majority", "logistic regression", "nearest neighbours", "tree"]) {
      const low = metrics[`${baseline}.ahead.margin.low`]
      t.ok(low > 0.05, `${baseline}: at least by ${low}`)
    }
  },
)
