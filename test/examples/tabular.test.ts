// in turn, in CI, first: it packs, installs and trains.
// Whether the table's project runs from the tarball alone, is cached, and is what its lock says.
import t from "tap"
import { example, holds } from "../support/example.ts"
import { packed } from "../support/installed.ts"

t.test("tabular compiles, runs, is cached on its second run, and is proved by recomputing", async (t) =>
  holds(t, await example(t, await packed(t), "tabular"), "penguins"),
)
