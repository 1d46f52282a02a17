// Which files of an installed package count: those that were published, so that two machines with the same package agree.
// What tools leave in packages is never published; what install scripts make or fetch is another thing on each machine.
import { posix } from "node:path"
import type { Manifest } from "./manifest.ts"

/** Names that no package is published with, in any of its folders. */
const unpublished =
  /^(node_modules|\.git|\.svn|\.hg|CVS|\.DS_Store|\._.*|\..*\.swp|.*\.orig|\.npmrc|\.lock-wscript|\.wafpickle-.*|npm-debug\.log|config\.gypi|package-lock\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|\.yarn-.*|\.package-lock\.json)$/

const alwaysPublished = /^(package\.json|readme|licen[cs]e|copying|notice|changelog|changes|history)(\.|$)/i
const machineCodeName = /\.(node|so(\.\d+)*|dylib|dll|exe)$/i

/** Which of a package's files count. Paths are relative to the package, with forward slashes. */
export interface Counted {
  readonly byPath: (path: string) => boolean
  readonly byContent: (bytes: Uint8Array) => boolean
}

const everything: Counted = { byPath: isPublishedName, byContent: () => true }

/**
 * All published files; of a package with install scripts without what these make: what its `files` do not list, `build/` unless
 * its entries lie there, where node-pre-gyp writes, commands (esbuild's becomes machine code), and machine code everywhere.
 */
export function countedFiles(manifest: Manifest, names: ReadonlyArray<string>): Counted {
  const { scripts = {} } = manifest
  const hasScripts = ["preinstall", "install", "postinstall"].some((name) => scripts[name] !== undefined)
  if (!hasScripts && !names.includes("binding.gyp")) return everything
  const entries = new Set([manifest.main, manifest.module, manifest.exports].flatMap(pathsIn))
  const commands = new Set(pathsIn(manifest.bin).filter((path) => !entries.has(path)))
  const listed = listedNames(manifest, [...entries, ...commands])
  const made = [manifest.binary?.module_path].flatMap(pathsIn).map((path) => path.replace(/\/?\{.*$/, ""))
  if (![...entries].some((path) => firstOf(path) === "build")) made.push("build")
  const isMade = (path: string): boolean =>
    made.some((folder) => folder !== "" && (path === folder || path.startsWith(`${folder}/`)))
  return {
    byPath: (path) =>
      isPublishedName(path) &&
      listed(firstOf(path)) &&
      !(hasScripts && commands.has(path)) &&
      !isMade(path) &&
      !machineCodeName.test(path),
    byContent: (bytes) => !isMachineCode(bytes),
  }
}

function isPublishedName(path: string): boolean {
  return !unpublished.test(path.slice(path.lastIndexOf("/") + 1))
}

/** Whether a name at the top of a package may have been published, by its `files`: in doubt it may. */
function listedNames({ files }: Manifest, further: ReadonlyArray<string>): (name: string) => boolean {
  const patterns = files?.filter((pattern) => !pattern.startsWith("!")).map(normal) ?? [""]
  // Some tools take a pattern without a folder for one of names at any depth.
  const isAny = patterns.some(
    (pattern) => pattern === "" || /^[^/]*[*?[{][^/]*$/.test(pattern) || /^\*\*/.test(pattern),
  )
  if (isAny) return () => true
  const names = [...patterns, ...further].map((pattern) => globOf(firstOf(pattern)))
  return (name) => alwaysPublished.test(name) || names.some((glob) => glob.test(name))
}

/** A pattern for one name; braces and brackets match whatever stands there. */
const globOf = (name: string): RegExp =>
  new RegExp(
    `^${name.replace(/\{.*\}|\[.*\]|[*?]|[.+^$()|\\]/g, (part) => (/^[.+^$()|\\]/.test(part) ? `\\${part}` : ".*"))}$`,
  )

const firstOf = (path: string): string => path.split("/", 1)[0]!
const normal = (path: string): string => posix.normalize(path).replace(/^(\.?\/)+|\/+$|^\.$/g, "")

/** Every path that a field of a manifest names, at any depth. */
function pathsIn(field: unknown): ReadonlyArray<string> {
  if (typeof field === "string") return [normal(field)]
  return typeof field === "object" && field !== null ? Object.values(field).flatMap(pathsIn) : []
}

/** ELF, Mach-O of either order and of several processors, and what Windows runs. */
function isMachineCode(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(4, bytes.length)).toString("hex")
  return /^(7f454c46|feedfac[ef]|c[ef]faedfe|cafebabe|4d5a)/.test(start)
}
