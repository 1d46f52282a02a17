// What a worker is started with of this process's environment: all but what may reach a result without being in a key. Stages see
// of it only what they declare.
import { fixedVariables } from "./inside/fixed-variables.ts"

/** Options of Node that bound memory, say where certificates are, or how the network is reached: no others reach a worker. */
const harmless =
  /^--(max-old-space-size|max-old-space-size-percentage|max-semi-space-size|max-heap-size|heapsnapshot-near-heap-limit|no-warnings|trace-warnings|no-deprecation|trace-deprecation|use-openssl-ca|use-bundled-ca|use-system-ca|use-env-proxy|dns-result-order|network-family-autoselection|no-network-family-autoselection|network-family-autoselection-attempt-timeout|tls-cipher-list|tls-max-v1\.2|tls-max-v1\.3|tls-min-v1\.[0-3])(=|$)/

/** Variables by which Node itself finds modules, or a library that is loaded before it; the language, whose place is fixed. */
const left = /^(NODE_PATH|NODE_ICU_DATA|NODE_PRESERVE_SYMLINKS|NODE_PRESERVE_SYMLINKS_MAIN|LANGUAGE|LC_\w+)$/

/** `NODE_OPTIONS` without what may reach a result: `--require`, `--conditions`, `--stack-size` and whatever is not known here. */
export function harmlessOptions(text: string | undefined): string {
  const words = (text ?? "").match(/(?:[^\s"]|"(?:\\.|[^"\\])*")+/g) ?? []
  const kept: Array<string> = []
  for (const [at, word] of words.entries()) {
    if (harmless.test(word.replaceAll("_", "-"))) kept.push(word)
    else if (!word.startsWith("-") && kept.at(-1) === words[at - 1] && takesValue(words[at - 1]))
      kept.push(word)
  }
  return kept.join(" ")
}

/** Whether the next word belongs to an option: `--max-old-space-size 4096`. */
const takesValue = (word: string | undefined): boolean =>
  word !== undefined && /size|limit|order|timeout|list/.test(word) && !word.includes("=")

/**
 * @param further variables that numerics ask for, and the worker's own
 * @param secrets names that no worker sees: a task is told those that it declares
 */
export function workerEnvironment(
  own: NodeJS.ProcessEnv,
  further: Readonly<Record<string, string>>,
  secrets: ReadonlySet<string> = new Set(),
): NodeJS.ProcessEnv {
  const options = harmlessOptions(own.NODE_OPTIONS)
  const kept = Object.entries(own).filter(
    ([name]) => name !== "NODE_OPTIONS" && !left.test(name) && !secrets.has(name),
  )
  return {
    ...Object.fromEntries(kept),
    ...(options === "" ? {} : { NODE_OPTIONS: options }),
    ...further,
    ...fixedVariables,
  }
}
