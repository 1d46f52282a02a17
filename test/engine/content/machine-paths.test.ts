import { pathToFileURL } from "node:url"
import t from "tap"
import { machinePath } from "../../../engine/content/machine-paths.ts"

const found = (text: string, ...folders: ReadonlyArray<string>) =>
  machinePath(new TextEncoder().encode(text), folders)

t.test("a path of this machine is found however it is written, up to where it ends", async (t) => {
  const folder = "/home/anna/my project"
  const url = pathToFileURL(folder).href
  t.equal(found(`{"at":"${folder}/lib/a.ts"}`, folder), "/home/anna/my project/lib/a.ts")
  t.equal(found(`from ${url}/lib/a.ts, line 3`, folder), "/home/anna/my%20project/lib/a.ts")
  t.equal(found(folder, "/elsewhere", `${folder}/`), folder, "alone, too")
  const windows = "C:\\Users\\anna"
  t.equal(found(JSON.stringify(`${windows}\\a`), windows), "C:\\\\Users\\\\anna\\\\a")
})

t.test("what only looks like one is not taken for it", async (t) => {
  t.equal(found("/home/anna/project-2/a", "/home/anna/project"), undefined)
  t.equal(found("/usr/share", "/", "", "C:\\"), undefined, "a root is in every path")
  t.equal(found("", "/home/anna"), undefined)
})
