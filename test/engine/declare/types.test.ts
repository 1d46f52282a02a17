// in turn, in CI: it starts processes.
import { join } from "node:path"
import t from "tap"
import { repository } from "../../../engine/testing/command.ts"
import { execute } from "../../../engine/testing/processes.ts"

const compile = (folder: string) =>
  execute(repository, process.execPath, [
    "node_modules/typescript-7/bin/tsc",
    "-p",
    join("test/fixtures", folder),
  ])

t.test("wrong kinds, roles, params, bindings and outputs do not compile, and right ones do", async (t) => {
  const { code, stdout } = await compile("wirings")
  t.equal(stdout, "")
  t.equal(code, 0)
})
