// in turn: it starts processes.
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import t from "tap"
import { usageMessage } from "../../../engine/cli/usage.ts"
import { migrations } from "../../../engine/ledger/migrations.ts"
import { openSqlite } from "../../../engine/ledger/sqlite/sqlite.ts"
import { repository } from "../../../engine/testing/command.ts"
import { execute } from "../../../engine/testing/processes.ts"
import { labProject } from "../support/lab.ts"

const lab = labProject(t)
lab.write({
  file: "",
  "experiments/wrong-kind.ts": `
    import { experiment, file } from "refold"
    import { scribble } from "../stages/scribble.ts"
    export default experiment("wrong-kind", {}, () => scribble({ round: 1 }, { bytes: file("data/numbers.csv") as never }))`,
  "experiments/wrong-param.ts": `
    import { experiment } from "refold"
    import { act } from "../stages/act.ts"
    export default experiment("wrong-param", {}, () => act({ what: 7 } as never))`,
  "experiments/gone.ts": `
    import { experiment, file } from "refold"
    import { scribble } from "../stages/scribble.ts"
    export default experiment("gone", {}, () => scribble({ round: 1 }, { bytes: file("data/gone.bin") }))`,
  "experiments/throws.ts": `
    import { experiment } from "refold"
    export default experiment("throws", {}, () => { throw new RangeError("folds=1: at least two") })`,
  "experiments/torn.ts": "export default experiment(",
  "experiments/unexported.ts": `
    import { Schema } from "effect"
    import { experiment, stage } from "refold"
    const doubled = stage("doubled", {
      params: Schema.Struct({}), inputs: {}, outputs: { out: "value" }, run: () => ({ out: 2 }),
    })
    export default experiment("unexported", {}, () => doubled({}))`,
})

const refusals: Readonly<Record<string, readonly [ReadonlyArray<string>, RegExp]>> = {
  "an unknown experiment": [["--exp", "gird"], /no experiment "gird"; did you mean "grid"\?/],
  "an ill-typed param": [
    ["--exp", "grid", "--set", "limit=much"],
    /--set limit=much: limit is "much": a number is wanted/,
  ],
  "no worker at all": [["--exp", "grid", "--jobs", "0"], /--jobs 0: at least one/],
  "an unknown option": [
    ["--exp", "grid", "--keep-gonig"],
    /no option --keep-gonig; did you mean "--keep-going"\?/,
  ],
  "an unknown task to run to": [
    ["--exp", "grid", "--to", "scale@factor=9"],
    /no task or stage "scale@factor=9"; did you mean/,
  ],
  "artifacts under a file": [
    ["--exp", "grid", "--artifacts", "file/artifacts"],
    /file\/artifacts cannot be made.*--artifacts/,
  ],
  "a wrong kind": [["--exp", "wrong-kind"], /scribble takes bin as "bytes", not csv/],
  "a wrong param in a declaration": [["--exp", "wrong-param"], /act: what is 7: text is wanted/],
  "a stage that its module does not export": [
    ["--exp", "unexported"],
    /stage "doubled" must be exported from experiments\/unexported\.ts as `doubled`: .* its export `default` is the experiment/,
  ],
  "a local file that is not there": [["--exp", "gone"], /the file data\/gone\.bin cannot be read/],
  "wiring that throws": [["--exp", "throws"], /folds=1: at least two/],
  "a module that does not compile": [["--exp", "torn"], /experiments\/torn\.ts:1:\d+: /],
}

for (const [what, [args, message]] of Object.entries(refusals)) {
  t.test(`${what} is refused with exit 2 and a message that names it`, async (t) => {
    const { code, stderr, events } = await lab.json(...args)
    t.equal(code, 2)
    t.match(stderr, message)
    t.notMatch(stderr, /\n\s+at /, "no stack trace")
    t.match(events.at(-1), { event: "refused", error: { message } })
  })
}

t.test("an artifacts folder of a newer schema is refused, with the remedy", async (t) => {
  mkdirSync(join(lab.root, "newer"))
  const database = openSqlite(join(lab.root, "newer/ledger.sqlite"))
  for (const migration of migrations) database.exec(migration)
  database.pragma(`user_version = ${migrations.length + 1}`)
  database.close()
  const ran = await lab.json("--exp", "grid", "--artifacts", "newer")
  t.equal(ran.code, 2)
  t.match(ran.last, {
    event: "refused",
    error: { tag: "LedgerError", message: /newer Refold.*update refold/ },
  })
})

t.test("a worker command that cannot be started fails the tasks and names the command", async (t) => {
  const ran = await lab.json("--exp", "grid", "--worker", "/nowhere/node --flag", "--to", "clean")
  t.equal(ran.code, 1)
  t.match(ran.of("task-finished")[0]!.error?.message, /cannot be started with `\/nowhere\/node --flag /)
})

t.test("a reader that stops reading, as head does, sees no stack trace", async (t) => {
  const command = `"${process.execPath}" "${join(repository, "engine/build/launch.mjs")}" list | head -1`
  const { stderr } = await execute(lab.root, "sh", ["-c", command])
  t.notMatch(stderr, /EPIPE|\n\s+at /)
})

t.test("help is for pipes too: no escape codes, exit 0", async (t) => {
  const { code, stdout } = await lab.plain("--help")
  t.equal(code, 0)
  t.match(stdout, /--keep-going[\s\S]*list/)
  t.match(stdout.replace(/\s+/g, " "), /setup-native builds native kernels/)
  t.notOk(stdout.includes("\u001b"))
})

t.test("a wrong word on the command line is named, with what was meant or lacks", async (t) => {
  const main = Command.make("refold", {
    exp: Options.text("exp").pipe(Options.withPseudoName("NAME")),
    set: Options.text("set").pipe(Options.repeated),
    keepGoing: Options.boolean("keep-going"),
  })
  const show = Command.make("show", { exp: Options.text("exp") })
  const why = Command.make("why", { task: Args.text({ name: "TASK" }), exp: Options.text("exp") })
  const usages = new Map([
    ["show", Command.getUsage(show)],
    ["why", Command.getUsage(why)],
  ])
  const own = ValidationError.invalidValue(HelpDoc.p("what the parser says"))
  const said = (line: string): string => usageMessage(line.split(" "), Command.getUsage(main), usages, own)
  const wrong: Readonly<Record<string, RegExp>> = {
    "--exp grid --keep-gonig": /^there is no option --keep-gonig; did you mean "--keep-going"\?$/,
    "--exp grid --zzzzzz": /^there is no option --zzzzzz; there are: --exp, --set, --keep-going,/,
    "show --exp grid --keep-going": /^show: there is no option --keep-going/,
    "shwo --exp grid": /^there is no command "shwo"; did you mean "show"\?.*--exp NAME/,
    "--keep-going --exp": /^--exp needs a value: --exp NAME$/,
    "--exp grid --exp=acts": /^--exp is given more than once$/,
    "--exp grid acts": /^"acts" belongs to no option$/,
    "--exp grid --keep-going=yes": /^--keep-going takes no value$/,
    "--log-level debug --bogus": /^there is no option --bogus/,
    "--log-level=debug --bogus": /^there is no option --bogus/,
    "--completions bash --bogus": /^there is no option --bogus/,
    "--exp grid --log-level": /^--log-level needs a value: --log-level all \| trace/,
    "--exp grid --set a=1 --set b=2": /^what the parser says$/,
    "why train@fold=1": /^why: what the parser says$/,
  }
  for (const [line, message] of Object.entries(wrong)) t.match(said(line), message, line)
  const put = (line: string, parser: string): string =>
    usageMessage(
      line.split(" "),
      Command.getUsage(main),
      usages,
      ValidationError.invalidValue(HelpDoc.p(parser)),
    )
  t.equal(put("show", "Expected to find option: '--exp'"), "show: --exp is needed: --exp NAME")
  t.match(put("why", "Missing argument <TASK>"), /^why: TASK is needed; labels/)
  t.equal(
    put("--jobs x", "'x' is not a integer"),
    "there is no option --jobs; there are: --exp, --set, --keep-going, --completions, --log-level, --help, --wizard, --version",
  )
  t.equal(put("--exp x", "'x' is not a integer"), "--exp x: a whole number is wanted")
  t.equal(put("--exp=x", "'x' is not a integer"), "--exp x: a whole number is wanted")
})
