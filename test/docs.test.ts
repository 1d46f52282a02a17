// Whether the pages say what is there: events, options, files. Prose itself is for readers to judge.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { stripVTControlCharacters } from "node:util"
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import t from "tap"
import { commandsOf } from "../engine/cli/commands.ts"
import type { CommandContext } from "../engine/cli/context.ts"
import { runOptions } from "../engine/cli/run.ts"
import { Event } from "../engine/report/events.ts"

const root = resolve(fileURLToPath(import.meta.url), "../..")
const read = (path: string): string => readFileSync(join(root, path), "utf8")
const cli = read("docs/cli.md")

t.test("docs/cli.md has an example line of every event of the schema", async (t) => {
  const names = Event.members.map((member) => member.fields.event.literals[0])
  t.ok(names.length > 10)
  for (const name of names) t.ok(cli.includes(`{"event":"${name}"`), name)
})

t.test("docs/cli.md names every option and command that --help offers", async (t) => {
  // Commands of different options have no common type.
  const help = (command: unknown): string =>
    stripVTControlCharacters(HelpDoc.toAnsiText(Command.getHelp(command as never, CliConfig.defaultConfig)))
  const own = help(Command.make("refold", runOptions))
  const offered = commandsOf({} as CommandContext) // what they run within is asked for when they run
  const commands = offered.flatMap((command) => [...Command.getNames(command as never)])
  t.ok(commands.length >= 4, commands.join())
  for (const command of commands) t.match(cli, new RegExp(`\`${command}[ \`]`), command)
  const options = new Set([own, ...offered.map((command) => help(command))].join().match(/--[a-z-]{3,}/g))
  t.ok(options.size > 10)
  for (const option of options) t.ok(cli.includes(`\`${option}`), option)
})

t.test("every file that a page links to or lays out is there", async (t) => {
  const pages = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`),
  ]
  for (const page of pages.filter((path) => path.endsWith(".md"))) {
    const links = [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)|src="([^":]+)"/g)].map(
      ([, a, b]) => a ?? b!,
    )
    for (const link of links) t.ok(existsSync(join(root, dirname(page), link)), `${page} → ${link}`)
  }
  const layout = [...read("README.md").matchAll(/^\| (`[\w./-]+`(?:, `[\w./-]+`)*) \|/gm)].flatMap(
    ([, cell]) => cell!.split(", ").map((path) => path.slice(1, -1)),
  )
  t.ok(layout.length > 5)
  for (const path of layout) t.ok(path === "artifacts/" || existsSync(join(root, path)), path)
})
