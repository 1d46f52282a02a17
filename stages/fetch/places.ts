// Where a file of a dataset may be found, in the order in which it is sought: folders, mirrors, Debian's archive.
import { existsSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { fromDebian } from "./debian.ts"
import { download } from "./download.ts"

/** One place to look: gives the file's bytes as found there (gzip'd or not), or undefined when it is not there. */
export interface Place {
  readonly name: string
  /** What to do when all places fail. */
  readonly remedy: string
  /** A place that the user named: a wrong file there is an error, not a reason to look further. */
  readonly isNamed: boolean
  readonly find: (file: string, log: (line: string) => void) => Promise<Uint8Array | undefined>
}

/** A folder that holds files, or one file itself. */
export const folder = (path: string, isNamed: boolean): Place => ({
  name: path,
  remedy: `put the files, gzip'd or not, into ${path}`,
  isNamed,
  find: async (file) => {
    const own = basename(path).replace(/\.gz$/i, "") === file ? [path] : []
    for (const candidate of [join(path, `${file}.gz`), join(path, file), ...own]) {
      if (existsSync(candidate)) return readFileSync(candidate)
    }
    return undefined
  },
})

const toConnect = "connect to the internet, through a proxy with HTTPS_PROXY=http://HOST:PORT"

/** The address of one file. */
export const address = (url: string, cache: string): Place => ({
  name: url,
  remedy: toConnect,
  isNamed: false,
  find: async (_, log) => await download(url, cache, log),
})

/** A mirror that could not be reached once is not asked again. */
export const mirror = (url: string, cache: string): Place => {
  let unreachable: Error | undefined
  return {
    name: url,
    remedy: toConnect,
    isNamed: false,
    find: async (file, log) => {
      if (unreachable !== undefined) throw unreachable
      try {
        return await download(`${url.replace(/\/$/, "")}/${file}.gz`, cache, log)
      } catch (failure) {
        if ((failure as { isUnreachable?: boolean }).isUnreachable === true) unreachable = failure as Error
        throw failure
      }
    },
  }
}

/** Debian's package, unpacked into the cache without root, once for all files. */
export const debian = (name: string, inside: string, cache: string): Place => {
  let unpacked: Promise<string> | undefined
  return {
    name: `Debian's package ${name}`,
    remedy: `on Debian or Ubuntu, apt install ${name}`,
    isNamed: false,
    find: async (file, log) => {
      unpacked ??= fromDebian(name, cache, log)
      return await folder(join(await unpacked, inside), false).find(file, log)
    },
  }
}
