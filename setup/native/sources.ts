// The kernels' sources in C, and the WebAssembly that they are measured against: in the repository as in the installed package.
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** The package's own folder, from a source or from its bundle in dist/. */
const root = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../../" : "../", import.meta.url))

/** What a person types to build, here in a checkout, or in a project that has the package installed. */
export const setupNative = (options = ""): string =>
  existsSync(join(root, "setup"))
    ? `npm run setup:native${options && ` -- ${options}`}`
    : `npx refold setup-native${options && ` ${options}`}`

export const SOURCES: string = join(root, "ml/native")
export const WASM: string = join(root, "ml/kernels/kernels.wasm")

/** Names of files in C, those that are compiled. */
export const units = (): ReadonlyArray<string> =>
  readdirSync(SOURCES)
    .filter((name) => name.endsWith(".c"))
    .sort()

export const digest = (...parts: ReadonlyArray<string | Uint8Array>): string => {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(`${part.length} `).update(part)
  return hash.digest("hex")
}

/** Of all files in C, headers too, with their names. */
export function sourcesDigest(): string {
  const files = readdirSync(SOURCES)
    .filter((name) => /\.[ch]$/.test(name))
    .sort()
  return digest(...files.flatMap((name) => [name, readFileSync(join(SOURCES, name))]))
}
