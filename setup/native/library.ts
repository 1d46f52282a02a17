// Where built libraries are kept, which of them is this processor's, and what was proved of it.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Compiler, compile } from "./compile.ts"
import { processor } from "./processor.ts"
import { digest, setupNative, sourcesDigest, WASM } from "./sources.ts"

/** What is left in the folder, so that no other is taken away. */
export const MARKER = "refold-native.json"
const LIBRARY = "kernels.node"

/** Of a library that was built. */
export interface Built {
  /** The library itself, and its digest. */
  readonly file: string
  readonly digest: string
  readonly compiler: string
  readonly flags: ReadonlyArray<string>
  /** The digest of the sources that it was built from. */
  readonly sources: string
}

/** This processor's name in the folder. */
const own = (): string => digest(processor()).slice(0, 16)

/** Builds the library, unless it is there, and makes it this processor's. Throws Error with what the compiler says. */
export async function build(dir: string, compiler: Compiler): Promise<{ built: Built; isNew: boolean }> {
  const { command, version, flags } = compiler
  const sources = sourcesDigest()
  const name = digest(sources, flags.join(" "), command, version, processor()).slice(0, 16)
  const folder = join(dir, name)
  const file = join(folder, LIBRARY)
  const isNew = !isKnown(dir, file)
  if (isNew) {
    mkdirSync(dir, { recursive: true })
    writeFileSync(join(dir, MARKER), "{}")
    const making = join(dir, `${name}.${process.pid}`)
    try {
      mkdirSync(making, { recursive: true })
      await compile(compiler, making, join(making, LIBRARY))
      mkdirSync(folder, { recursive: true })
      renameSync(join(making, LIBRARY), file)
    } finally {
      rmSync(making, { recursive: true, force: true, maxRetries: 5 })
    }
  }
  const built = {
    file,
    digest: digest(readFileSync(file)),
    compiler: version.split("\n")[0]!,
    flags,
    sources,
  }
  write(join(dir, `${own()}.json`), built)
  return { built, isNew }
}

/** Whether a library is what was noted when it was built. */
function isKnown(dir: string, file: string): boolean {
  const noted = readNote<Built>(join(dir, `${own()}.json`))
  return noted?.file === file && existsSync(file) && noted.digest === digest(readFileSync(file))
}

/** This processor's library, or why there is none that may be tried. */
export function find(dir: string): Built | { readonly why: string } {
  const about = join(dir, `${own()}.json`)
  if (!existsSync(about)) return { why: `none is built for this processor: ${setupNative()} builds it` }
  const built = readNote<Built>(about)
  if (typeof built?.file !== "string")
    return { why: `what was noted of the library cannot be read: ${setupNative()} builds it again` }
  if (built.sources !== sourcesDigest())
    return { why: `the library is of another version: ${setupNative()} builds this one's` }
  if (!existsSync(built.file) || digest(readFileSync(built.file)) !== built.digest)
    return { why: `the library is not what was built: ${setupNative()} builds it again` }
  return built
}

/** What the self-test found: of this library, on this processor, against these WebAssembly kernels. */
interface Proof {
  readonly fault: string | null
}

const proofFile = (dir: string, built: Built): string =>
  join(dir, `proof-${digest(built.digest, own(), readFileSync(WASM)).slice(0, 16)}.json`)

export function readProof(dir: string, built: Built): Proof | undefined {
  const file = proofFile(dir, built)
  const proof = readNote<Proof>(file)
  return proof?.fault === null || typeof proof?.fault === "string" ? proof : undefined
}

/** Where it cannot be kept, the library is tried again the next time. */
export function writeProof(dir: string, built: Built, proof: Proof): void {
  try {
    write(proofFile(dir, built), proof)
  } catch {
    // a folder of others, or a full disk
  }
}

/** What stands in a note, or undefined where there is none, or none that can be read. */
function readNote<A>(file: string): A | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as A
  } catch {
    return undefined
  }
}

/** Whole or not at all, whoever writes beside. */
function write(file: string, content: unknown): void {
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(content, undefined, 2))
  renameSync(`${file}.${process.pid}`, file)
}
