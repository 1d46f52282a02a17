// in turn, in CI: it starts processes.
import { symlinkSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { trappedProject } from "../support/trapped.ts"

/** What stands at the top level of a stage's module, and what comes of it. */
const refused = {
  random: "Math.random()",
  uuid: "crypto.randomUUID()",
  file: 'fs.readFileSync("data.csv", "utf8")',
  exec: 'processes.execSync("echo 1").toString()',
} as const
const told = { clock: "Date.now()", variable: "process.env.SECRET ?? 'none'", host: "os.hostname()" } as const
const all = { ...refused, ...told }

for (const [where, more] of [
  ["a worker", ""],
  ["the coordinator", "inProcess: true,"],
] as const)
  t.test(
    `what the modules of a stage in ${where} do as they are loaded is trapped, and told to each task`,
    async (t) => {
      const names = (more === "" ? Object.keys(all) : ["random", "clock"]) as ReadonlyArray<keyof typeof all>
      const stages = Object.fromEntries(names.map((name) => [name, { top: "top", again: "top" }]))
      const lab = trappedProject(t, stages, Object.fromEntries(names.map((name) => [name, more])))
      for (const name of names) {
        const path = `stages/${name}.ts`
        lab.write({ [path]: lab.read(path).replace("const acts:", `const top = ${all[name]}\nconst acts:`) })
        const found = await lab.outcomes(name, ["top", "again"], { SECRET: "7" })
        for (const what of ["top", "again"]) {
          if (name in refused)
            t.match(found[what]?.error, new RegExp(`Undeclared: stage "${name}" used `), `${name} ${what}`)
          else
            t.match(
              found[what]?.log,
              new RegExp(`^stage "${name}" .* at stages/${name}\\.ts:\\d+, which `),
              `${name} ${what}`,
            )
        }
        if (name in told)
          t.equal(found.top!.out, { clock: "0", variable: '"none"', host: '"localhost"' }[name as "clock"])
      }
    },
  )

t.test(
  "a stage in the coordinator meets the traps as in a worker, in its locale and time zone, too",
  async (t) => {
    const acts = {
      random: "Math.random()",
      file: 'fs.existsSync("data.csv")',
      zone: "new Date(0).toLocaleString() + tool.drawn()[0]",
    }
    const lab = trappedProject(t, { here: acts }, { here: "inProcess: true," })
    const env = { TZ: "Asia/Tokyo" }
    const here = await lab.outcomes("here", Object.keys(acts), env)
    for (const what of ["random", "file"]) t.match(here[what]!.error, /^Undeclared: stage "here" used /)
    t.match(here.zone!.out, /^"1\/1\/1970, 12:00:00\sAM0\.\d+"$/)
  },
)

t.test(
  "a package whose code came into the bundle draws as any other, and the author's own draws stay refused",
  async (t) => {
    const lab = trappedProject(t, { bundled: { inner: "linked.both()", own: "Math.random()" } })
    const stage = lab.read("stages/bundled.ts")
    lab.write({
      "stages/bundled.ts": `import * as linked from "linked"\n${stage}`,
      "packages/linked/package.json":
        '{"name":"linked","version":"1.0.0","type":"module","exports":"./index.js"}',
      "packages/linked/index.js":
        'import { atLoading, drawn } from "tool"\nexport const both = () => [drawn(), atLoading.slice(0, 3)]',
      "packages/linked/node_modules/tool/package.json":
        '{"name":"tool","version":"2.0.0","type":"module","exports":"./index.js"}',
      "packages/linked/node_modules/tool/index.js": lab.read("node_modules/tool/index.js"),
    })
    symlinkSync("../packages/linked", join(lab.root, "node_modules/linked"))
    const [once, again] = [
      await lab.outcomes("bundled", ["inner", "own"]),
      await lab.outcomes("bundled", ["inner"]),
    ]
    t.equal(once.inner!.error, undefined)
    t.match(once.inner!.out, /^\[\[0\.\d+,"[0-9a-f]{8}",/)
    t.equal(once.inner!.out, again.inner!.out)
    t.match(once.own!.error, /used Math\.random/)
  },
)
