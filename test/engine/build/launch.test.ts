// in turn: it starts processes.
// The program as a person installs and types it: it can be run, and a shell completes its name.
import { statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { repository } from "../../../engine/testing/command.ts"
import { execute } from "../../../engine/testing/processes.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

const bin = "engine/build/launch.mjs"
const completions = (shell: string) =>
  execute(repository, process.execPath, [join(repository, bin), "--completions", shell])

t.test(
  "the program may be run as it lies in a checkout",
  { skip: process.platform === "win32" },
  async (t) => {
    t.equal(statSync(join(repository, bin)).mode & 0o111, 0o111)
    const listed = await execute(repository, "git", ["ls-files", "-s", "--", bin])
    if (listed.code === 0 && listed.stdout !== "") t.match(listed.stdout, /^100755 /)
  },
)

t.test("completions are for the name that a person types", async (t) => {
  for (const [shell, registers] of [
    ["bash", /^complete -F \S+ .*\brefold$/m],
    ["zsh", /^#compdef refold$/m],
    ["fish", /^complete -c refold .*-a "status"/m],
  ] as const) {
    const { code, stdout } = await completions(shell)
    t.equal(code, 0)
    t.match(stdout, registers, shell)
    t.notMatch(stdout, /\bpipeline\b(?! )/, shell)
    t.ok(quotesClose(stdout), `${shell}: every quote is closed`)
  }
})

t.test("bash completes commands and options with what was registered", async (t) => {
  const script = join(temporaryFolder(t), "refold.bash")
  writeFileSync(script, (await completions("bash")).stdout)
  const asked = (...words: ReadonlyArray<string>) =>
    execute(repository, "bash", [
      "--norc",
      "-c",
      `source "$0"; COMP_WORDS=(refold "$@"); COMP_CWORD=$#; _refold_bash_completions refold; echo "\${COMPREPLY[@]}"`,
      script,
      ...words,
    ])
  const commands = await asked("st")
  if (Number.isNaN(commands.code)) return t.pass("there is no bash here")
  t.equal(commands.stderr, "")
  t.equal(commands.stdout.trim(), "status")
  t.equal((await asked("--keep")).stdout.trim(), "--keep-going")
  t.equal((await asked("gc", "--unp")).stdout.trim(), "--unpin")
})

/** By the rules of a POSIX shell: within single quotes nothing is special, elsewhere a backslash takes what follows. */
function quotesClose(text: string): boolean {
  let quote: string | undefined
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (char === "\\" && quote !== "'") i++
    else if (quote === undefined && (char === "'" || char === '"')) quote = char
    else if (char === quote) quote = undefined
  }
  return quote === undefined
}
