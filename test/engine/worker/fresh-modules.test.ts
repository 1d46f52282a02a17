// in turn, in CI: it starts processes.
import t from "tap"
import { trappedProject } from "../support/trapped.ts"

const acts = {
  count: "++calls",
  listed: "seen.push(params.n) && seen.length",
  left: "((globalThis as any).left = ((globalThis as any).left ?? 0) + 1)",
  patched: "((Array.prototype as any).patched = ((Array.prototype as any).patched ?? 0) + 1)",
}
const names = ["count", "count", "count", "listed", "listed", "left", "left", "patched", "patched"]

for (const [where, more] of [
  ["a worker", ""],
  ["the coordinator", "inProcess: true,"],
] as const)
  t.test(
    `what a stage in ${where} keeps in its modules or in globals does not reach another task, however many run at once`,
    async (t) => {
      const lab = trappedProject(t, { counted: acts }, { counted: more })
      const path = "stages/counted.ts"
      const text = lab.read(path)
      lab.write({
        [path]: text
          .replace("const acts:", "let calls = 0\nconst seen: Array<number> = []\nconst acts:")
          .replaceAll("() =>", "(params: any) =>")
          .replace("acts[params.what]!()", "acts[params.what]!(params)"),
      })
      for (const jobs of ["1", "2"]) {
        const set = ["--set", `acts=${JSON.stringify(names)}`, "--force", "counted"]
        const ran = await lab.json("--exp", "counted", "--jobs", jobs, ...set)
        t.equal(ran.code, 0, ran.stderr)
        const outputs = new Set(ran.of("task-finished").map(({ outputs }) => outputs.out))
        t.equal(outputs.size, 1, "each counts from nothing")
      }
    },
  )

t.test("what Node itself adds to the globals is nothing that a stage left", async (t) => {
  const acts = {
    headers: 'new Headers({ a: "b" }).get("a")',
    form: "new FormData().has('a')",
    own: "((globalThis as any)[Symbol.for('own')] = 1)",
  }
  const found = await trappedProject(t, { looked: acts }).outcomes("looked", ["headers", "form", "own"])
  t.equal(found.headers!.log, "")
  t.equal(found.form!.log, "")
  t.match(found.own!.log, /left Symbol\(own\) to whatever runs next/)
})

t.test("a result that holds a path of this machine is told in the log, by output and path", async (t) => {
  const lab = trappedProject(t, { placed: { here: "import.meta.url", none: "1" } })
  const found = await lab.outcomes("placed", ["here", "none"])
  t.match(
    found.here!.log,
    /^stage "placed" gave "out" with a path of this machine in it \(.*node_modules\/\.cache.*\): its bytes will differ/,
  )
  t.equal(found.none!.log, "")
})
