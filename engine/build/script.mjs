// Runs a bundle of dist/ as a script, on the code that V8 compiled for it in an earlier process: parsing and compiling
// two megabytes would be most of what a start takes. Plain JavaScript: it runs before anything is built.
import { createHash } from "node:crypto"
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { createRequire } from "node:module"
import { basename, dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import v8 from "node:v8"
import { Script } from "node:vm"

/**
 * @param path a script whose value is a function of `require`, its own URL and `import`, as build.mjs makes it
 * @param keptAt when what was compiled is kept: "exit", of a process that goes through the code that most do; "start", once it has
 *   begun, of one that may be killed; "never"
 */
export function runScript(path, keptAt) {
  const bytes = readFileSync(path)
  const source = bytes.toString("latin1") // build.mjs writes ASCII
  const kept = isBun ? undefined : keptPath(path, bytes)
  const cachedData = kept && orUndefined(() => whole(readFileSync(kept)))
  const script = new Script(source, { filename: path, ...(cachedData && { cachedData }) })
  const isNew = kept && (cachedData === undefined || script.cachedDataRejected)
  if (isNew && keptAt === "exit") keepAtExit(kept, script)
  const run = script.runInThisContext()
  run(createRequire(path), pathToFileURL(path).href, (specifier) => import(specifier))
  if (isNew && keptAt === "start") keep(kept, script)
}

const isBun = process.versions.bun !== undefined

/** V8 refuses code of another version, of other flags or for another processor, but tells texts apart by length alone. */
function keptPath(path, bytes) {
  const digest = digestOf(bytes).toString("hex").slice(0, 16)
  return join(dirname(path), "compiled", `${basename(path)}-${v8.cachedDataVersionTag()}-${digest}`)
}

const digestOf = (bytes) => createHash("sha256").update(bytes).digest()
const digestBytes = 32

/** What stands behind its own digest, if that is right: V8 would run whatever is in a file with a flipped bit. */
function whole(bytes) {
  const compiled = bytes.subarray(digestBytes)
  return digestOf(compiled).equals(bytes.subarray(0, digestBytes)) ? compiled : undefined
}

/**
 * It then holds the functions that were called, too. In a long run V8 would let go of the code of those that have not been called
 * for some time, which are those of a start.
 */
function keepAtExit(path, script) {
  v8.setFlagsFromString("--no-flush-bytecode")
  process.once("exit", () => {
    v8.setFlagsFromString("--flush-bytecode") // what is kept is only good for a process of the same flags
    keep(path, script)
  })
}

/** Written to the disk before it has its name. Where nothing can be kept, so be it. */
function keep(path, script) {
  const folder = dirname(path)
  const part = `${path}.${process.pid}.part`
  const isKept = orUndefined(() => {
    mkdirSync(folder, { recursive: true })
    const file = openSync(part, "w")
    const compiled = script.createCachedData()
    writeFileSync(file, Buffer.concat([digestOf(compiled), compiled]))
    fsyncSync(file)
    closeSync(file)
    renameSync(part, path)
    return true
  })
  if (!isKept) orUndefined(() => rmSync(part))
  const [alike] = basename(path).split(/(?<=-)[0-9a-f]+$/)
  const isOlder = (name) => name.startsWith(alike) && name !== basename(path) && !name.endsWith(".part")
  for (const name of orUndefined(() => readdirSync(folder).filter(isOlder)) ?? [])
    orUndefined(() => rmSync(join(folder, name)))
}

function orUndefined(act) {
  try {
    return act()
  } catch {
    return undefined
  }
}
