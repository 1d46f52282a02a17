// Bad usage in words: the parser's own messages name neither a wrong option nor a wrong command. Reads help texts.
import * as HelpDoc from "@effect/cli/HelpDoc"
import type * as ValidationError from "@effect/cli/ValidationError"
import { suggest } from "../declare/suggest.ts"

interface Option {
  /** What its value is called in the help; undefined for an option that takes none. */
  readonly value: string | undefined
  readonly repeats: boolean
}

/**
 * @param args what stood after the program's name
 * @param help of the program itself
 * @param helps of its commands, by name
 */
export function usageMessage(
  args: ReadonlyArray<string>,
  help: HelpDoc.HelpDoc,
  helps: ReadonlyMap<string, HelpDoc.HelpDoc>,
  failure: ValidationError.ValidationError,
): string {
  const [first = ""] = args
  const own = helps.get(first)
  if (!first.startsWith("-") && own === undefined) {
    return `there is no command "${first}"${suggest(first, [...helps.keys()])}; an experiment is run with --exp NAME`
  }
  const text = plain(HelpDoc.toAnsiText(own ?? help))
  const wrong = mistake(own === undefined ? args : args.slice(1), optionsOf(text), /<\w+>/.test(text) ? 1 : 0)
  if (wrong === undefined) return plain(HelpDoc.toAnsiText(failure.error)).trim()
  return own === undefined ? wrong : `${first}: ${wrong}`
}

/** Options stand in a help text on lines of their own: `--set path=value...`. */
const optionsOf = (help: string): ReadonlyMap<string, Option> =>
  new Map(
    [...help.matchAll(/^(--[a-z-]+)(?: (.+?))?(\.\.\.)?$/gm)].map(([, name, value, repeats]) => [
      name!,
      { value, repeats: repeats !== undefined },
    ]),
  )

/** The first thing wrong, if it is one of those that the parser does not name. */
function mistake(
  args: ReadonlyArray<string>,
  options: ReadonlyMap<string, Option>,
  arguments_: number,
): string | undefined {
  const seen = new Set<string>()
  let plainArguments = 0
  for (let i = 0; i < args.length; i++) {
    const [name, given] = args[i]!.split(/=(.*)/s) as [string, string | undefined]
    if (!name.startsWith("-")) {
      if (++plainArguments > arguments_) return `"${args[i]}" belongs to no option`
      continue
    }
    const option = options.get(name)
    if (option === undefined) return `there is no option ${name}${suggest(name, [...options.keys()])}`
    if (seen.has(name) && !option.repeats) return `${name} is given more than once`
    seen.add(name)
    if (option.value === undefined && given !== undefined) return `${name} takes no value`
    if (option.value !== undefined && given === undefined && ++i >= args.length)
      return `${name} needs a value: ${name} ${option.value}`
  }
  return undefined
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is removed
export const plain = (text: string): string => text.replace(/\x1b\[[0-9;]*m/g, "")
