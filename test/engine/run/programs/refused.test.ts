// in turn: it starts processes.
import t from "tap"
import { project } from "../../../../engine/testing/project.ts"

const source = `
import { Schema } from "effect"
import { experiment, program } from "refold"
const fields = { params: Schema.Struct({}), inputs: {}, outputs: { out: "text" }, sources: ["run.sh"], deterministic: true } as const
const command = (name: string, argv: (paths: { sources: any; outputs: any }) => any, more = {}) => program(name, { ...fields, command: argv, ...more })
export const failing = command("failing", () => ["sh", "run.sh", "5"])
export const silent = command("silent", () => ["sh", "run.sh", "0"])
export const killed = command("killed", () => ["sh", "run.sh", "kill"])
export const missing = command("missing", () => ["no-such-program", "x"])
export const absolute = command("absolute", ({ outputs }) => ["cp", "/etc/hostname", outputs.out])
export const text = command("text", () => "sh run.sh 0")
export const numbers = command("numbers", () => ["sh", "run.sh", 5])
export const table = command("table", ({ outputs }) => ["sh", "run.sh", outputs.out], { outputs: { out: "table" } })
export const link = command("link", () => ["ln", "-s", "../../../../../../package.json", "outputs/out.txt"])
export default experiment("one", {}, () => ({ link: link({}),
  failing: failing({}), silent: silent({}), killed: killed({}), missing: missing({}), absolute: absolute({}), text: text({}), numbers: numbers({}), table: table({}),
}))
`
const script = `
echo "about to fail" >&2
case "$1" in
  kill) kill -s TERM $$;;
  outputs/*) printf 'a,b\\n1\\n' > "$1";;
  *) echo elsewhere > outputs/other.txt; exit "$1";;
esac
`

t.test(
  "whatever a program does not do is told with its last lines and what to do",
  { skip: process.platform === "win32" && "it has no sh" },
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "experiments/one.ts": source,
      "experiments/run.sh": script,
    })
    t.match((await lab.json("--exp", "one", "--plan")).of("plan-finished"), [{ willRun: 9, willFail: 4 }])
    t.match(
      (await lab.plain("--exp", "one", "--plan")).stdout,
      /9 tasks: 9 will run \(4 will fail\), 0 undecided/,
    )
    const { code, of } = await lab.json("--exp", "one", "--keep-going")
    t.equal(code, 1)
    const errors = Object.fromEntries(
      of("task-finished").map(({ task, error }) => [task, error?.message ?? "none"]),
    )
    t.match(errors, {
      failing: /`sh run\.sh 5` ended with exit code 5; it last wrote:\n {2}about to fail/,
      link: /its output "out" \(outputs\/out\.txt\) is a link to \S*package\.json, which is not in its own folder: copy there/,
      silent:
        /ended with 0, but it left no output "out": there is no outputs\/out\.txt, and in outputs\/ there is outputs\/other\.txt/,
      killed: /was killed by SIGTERM/,
      missing: /there is no program "no-such-program" in PATH .*: install it/,
      absolute: /"\/etc\/hostname" is an absolute path.*Wire it as an input/,
      text: /returned a text \("sh run\.sh 0"\): return a list.*no shell reads it/,
      numbers: /returned 5 among the arguments, which are texts/,
      table:
        /its output "out" \(outputs\/out\.csv\) is no table: its row 1 has 1 cells, and the first line 2/,
    })
    t.match((await lab.plain("logs", "failing", "--exp", "one")).stdout, /about to fail/)
  },
)
