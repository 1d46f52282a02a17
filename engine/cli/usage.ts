// Bad usage in words: the parser's own messages name neither a wrong option nor a wrong command.
import * as HelpDoc from "@effect/cli/HelpDoc"
import type * as Usage from "@effect/cli/Usage"
import type * as ValidationError from "@effect/cli/ValidationError"
import * as Option from "effect/Option"
import { suggest } from "../declare/suggest.ts"
import { plain } from "./output.ts"

interface KnownOption {
  /** What its value is called; undefined for an option that takes none. */
  readonly value: string | undefined
  readonly repeats: boolean
}

/** What may stand behind a command. */
interface Syntax {
  readonly options: Map<string, KnownOption>
  arguments: number
}

/** What every command takes, by the parser: name and, where it takes one, what its value is called. */
const builtIn: ReadonlyMap<string, string | undefined> = new Map([
  ["--completions", "sh | bash | fish | zsh"],
  ["--log-level", "all | trace | debug | info | warning | error | fatal | none"],
  ["--help", undefined],
  ["--wizard", undefined],
  ["--version", undefined],
])

/**
 * @param args what stood after the program's name
 * @param usage of the program itself
 * @param usages of its commands, by name
 */
export function usageMessage(
  args: ReadonlyArray<string>,
  usage: Usage.Usage,
  usages: ReadonlyMap<string, Usage.Usage>,
  failure: ValidationError.ValidationError,
): string {
  const [first = ""] = args
  const own = usages.get(first)
  if (!first.startsWith("-") && own === undefined) {
    const hint = suggest(first, [...usages.keys()]).replace(/[^?]$/, "$&.")
    return `there is no command "${first}"${hint} An experiment is run with --exp NAME`
  }
  const rest = own === undefined ? args : args.slice(1)
  const wrong =
    mistake(rest, syntaxOf(own ?? usage)) ?? inWords(plain(HelpDoc.toAnsiText(failure.error)).trim(), rest)
  return own === undefined ? wrong : `${first}: ${wrong}`
}

/**
 * Whether the first word that is neither an option of the program nor the value of one is a command: the parser takes any word that is
 * called like one for it, such as that of `--to list`.
 */
export function isCommand(
  args: ReadonlyArray<string>,
  usage: Usage.Usage,
  commands: ReadonlyMap<string, unknown>,
): boolean {
  const { options } = syntaxOf(usage)
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (!word.startsWith("-")) return commands.has(word)
    if (options.get(word)?.value !== undefined) i++
  }
  return false
}

/** What the parser says of what lacks or is no number, with the word that it is about. */
function inWords(said: string, args: ReadonlyArray<string>): string {
  const [, lacking] = /^Expected to find option: '(--[a-z-]+)'/.exec(said) ?? []
  if (lacking !== undefined) return `${lacking} is needed: ${lacking} NAME`
  const [, argument] = /^Missing argument <(.*)>/.exec(said) ?? []
  if (argument !== undefined) return `${argument} is needed; labels and stages are those that --plan prints`
  const [, value] = /^'(.*)' is not an? integer$/s.exec(said) ?? []
  if (value === undefined) return said
  const at = args.findIndex((arg) => arg === value || arg.endsWith(`=${value}`))
  const [name] = args[at]?.startsWith("-") ? args[at].split("=", 1) : [args[at - 1]]
  return `${name ?? "an option"} ${value}: a whole number is wanted`
}

function syntaxOf(usage: Usage.Usage): Syntax {
  const syntax: Syntax = { options: new Map(), arguments: 0 }
  for (const { names, value, repeats } of namedIn(usage, false)) {
    for (const name of names) {
      if (name.startsWith("<")) syntax.arguments += repeats ? Number.POSITIVE_INFINITY : 1
      if (name.startsWith("-")) syntax.options.set(name, { value, repeats })
    }
  }
  for (const [name, value] of builtIn) syntax.options.set(name, { value, repeats: false })
  return syntax
}

/** Options under their names, `--set`, and arguments under theirs, `<TASK>`. */
function namedIn(
  usage: Usage.Usage,
  repeats: boolean,
): ReadonlyArray<KnownOption & { readonly names: ReadonlyArray<string> }> {
  switch (usage._tag) {
    case "Named":
      return [{ names: usage.names, value: Option.getOrUndefined(usage.acceptedValues), repeats }]
    case "Optional":
      return namedIn(usage.usage, repeats)
    case "Repeated":
      return namedIn(usage.usage, true)
    case "Concat":
    case "Alternation":
      return [...namedIn(usage.left, repeats), ...namedIn(usage.right, repeats)]
    default:
      return []
  }
}

/** The first thing wrong, if it is one of those that the parser does not name. */
function mistake(args: ReadonlyArray<string>, syntax: Syntax): string | undefined {
  const seen = new Set<string>()
  let plainArguments = 0
  for (let i = 0; i < args.length; i++) {
    const [name, given] = args[i]!.split(/=(.*)/s) as [string, string | undefined]
    if (!name.startsWith("-")) {
      if (++plainArguments > syntax.arguments) return `"${args[i]}" belongs to no option`
      continue
    }
    const option = syntax.options.get(name)
    if (option === undefined) return `there is no option ${name}${suggest(name, [...syntax.options.keys()])}`
    if (seen.has(name) && !option.repeats) return `${name} is given more than once`
    seen.add(name)
    if (option.value === undefined && given !== undefined) return `${name} takes no value`
    if (option.value !== undefined && given === undefined && ++i >= args.length)
      return `${name} needs a value: ${name} ${option.value}`
  }
  return undefined
}
