// in turn: it starts processes.
import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { project } from "../../../../engine/testing/project.ts"
import { count } from "../../../counts.ts"

/** Bytes that are no UTF-8, and no end of a line among them. */
const megabytes = count(8, 1_000)

t.test(
  "of all that a program prints its log and its events hold no more than their bounds",
  { skip: process.platform === "win32" && "it has no sh" },
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "experiments/one.ts": `
import { Schema } from "effect"
import { experiment, shell } from "refold"
export const flood = shell("flood", { params: Schema.Struct({}), inputs: {}, outputs: { out: "text" }, script: "flood.sh", starts: ["head", "tr"], arguments: () => [] })
export default experiment("one", {}, () => ({ flood: flood({}) }))`,
      "experiments/flood.sh": `head -c ${megabytes}000000 /dev/zero | tr "\\0" "\\377"; echo 1 > outputs/out.txt`,
    })
    const { code, stdout } = await lab.json("--exp", "one")
    t.equal(code, 0)
    t.ok(stdout.length < 1_500_000, `${stdout.length} characters of events`)
    const logs = join(lab.root, "artifacts/logs")
    const sizes = readdirSync(logs, { recursive: true }).map((name) => statSync(join(logs, String(name))))
    const kept = sizes.filter((stat) => stat.isFile()).map(({ size }) => size)
    t.ok(kept.length === 1 && kept[0]! < 600_000, `${kept} bytes of its log`)
  },
)
