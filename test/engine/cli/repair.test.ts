// in turn, in CI: it starts processes.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { count } from "../../counts.ts"
import { labProject } from "../support/lab.ts"

t.test(
  "a damaged ledger is told by every command with the remedy, exit 2, and never replaced unasked; repaired, what the lock proves is cached",
  async (t) => {
    const lab = labProject(t)
    t.equal((await lab.json("--exp", "grid", "--update-lock")).code, 0)
    const path = join(lab.root, "artifacts", "ledger.sqlite")
    const damaged = Buffer.alloc(readFileSync(path).length, "no database\n")
    writeFileSync(path, damaged)
    const told =
      /the ledger .*ledger\.sqlite is damaged \(.*\): doctor --repair --artifacts .* sets it aside and rebuilds what can be\n$/
    const commands = [
      ["--exp", "grid"],
      ["gc"],
      ["--exp", "grid", "--plan"],
      ["verify", "--exp", "grid"],
      ["status"],
      ["runs"],
      ["show", "--exp", "grid"],
      ["why", "clean", "--exp", "grid"],
      ["logs", "clean"],
    ]
    for (const command of commands.slice(0, count(2, commands.length))) {
      const { code, stderr } = await lab.plain(...command)
      t.equal(code, 2, command.join(" "))
      t.match(stderr, told, command.join(" "))
    }
    const asked = await lab.plain("doctor", "--seconds", "0")
    t.equal(asked.code, 1)
    t.match(asked.stdout, /BROKEN {2}rows .*\n *→ doctor --repair --artifacts/)
    t.ok(readFileSync(path).equals(damaged), "nothing was changed so far")

    const repaired = await lab.plain("doctor", "--repair")
    t.equal(repaired.code, 0, repaired.stderr)
    t.match(repaired.stdout, /5 that lock files prove.*\n.*1 that folders of runs tell of/)
    const aside = readdirSync(join(lab.root, "artifacts")).find((name) => name.includes(".damaged-"))!
    t.ok(readFileSync(join(lab.root, "artifacts", aside)).equals(damaged), "it is kept")
    t.match((await lab.json("--exp", "grid")).last, { event: "run-finished", ran: 0, cached: 5 })
    t.equal((await lab.plain("verify", "--exp", "grid", "--stored")).code, 0)
    t.match((await lab.plain("show", "--exp", "grid")).stdout, /final/)
  },
)
