// Downloading one file over HTTP: resumed where it broke off if it is still the same file, tried again when that may help.
import { createHash } from "node:crypto"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import type { Dispatcher } from "undici"
import { AnotherFile, meaningOf, rangeHeaders } from "./answer.ts"
import { client, type Limits, webAddress } from "./client.ts"
import { DownloadError } from "./download-error.ts"
import { PartialFile } from "./partial-file.ts"
import { type Environment, proxiesFrom } from "./proxies.ts"
import { passing } from "./why-failed.ts"

interface Settings extends Limits {
  /** Where proxies are named. */
  readonly environment: Environment
  readonly tries: number
  /** Milliseconds before the second try; twice as many before each next one. */
  readonly pause: number
}

const defaults = { connect: 3000, silence: 30_000, redirects: 5, tries: 3, pause: 1000 }

/** @returns the file's bytes; what was received of a broken download is kept in `cache` and gone on from */
export async function download(
  url: string,
  cache: string,
  log: (line: string) => void,
  given: Partial<Settings> = {},
): Promise<Uint8Array> {
  const settings = { environment: process.env, ...defaults, ...given }
  mkdirSync(cache, { recursive: true })
  const part = new PartialFile(
    join(cache, `${createHash("sha256").update(url).digest("hex").slice(0, 16)}.part`),
  )
  for (let attempt = 1; ; attempt++) {
    try {
      await receive(webAddress(url), part, settings)
      return part.take()
    } catch (failure) {
      log(`${url}: ${(failure as Error).message}`)
      if (failure instanceof AnotherFile) part.remove()
      if (!(failure instanceof DownloadError && failure.isTransient) || attempt === settings.tries)
        throw failure
      await new Promise((resume) => setTimeout(resume, settings.pause * 2 ** (attempt - 1)))
    }
  }
}

/** Has `part` be the whole file, if all goes well; a client of its own leaves no connection behind. */
async function receive(url: URL, part: PartialFile, settings: Settings): Promise<void> {
  const proxies = proxiesFrom(settings.environment)
  const own = await client(proxies, settings)
  const known = part.known()
  try {
    await own.get(
      url,
      { "user-agent": "refold", "accept-encoding": "identity", ...rangeHeaders(known) },
      async (answer, heard) => {
        const { statusCode, headers } = answer
        const meaning = meaningOf(statusCode, headers, known)
        if (meaning.is === "complete") return
        if (meaning.is === "whole") part.begin(meaning.version)
        await append(answer.body, part, meaning.is === "whole" ? 0 : known!.have, meaning.total, heard)
      },
    )
  } finally {
    await own.close()
  }
}

async function append(
  body: Dispatcher.ResponseData["body"],
  part: PartialFile,
  from: number,
  total: number | null,
  heard: () => void,
): Promise<void> {
  const writer = part.writer(from)
  let at = from
  let isBroken = false
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      heard()
      writer.write(chunk)
      at += chunk.length
    }
  } catch (failure) {
    isBroken = passing.test((failure as NodeJS.ErrnoException).code ?? "")
    if (!isBroken) throw failure // of the disk, say
  } finally {
    writer.close()
  }
  if (isBroken || (total !== null && at !== total))
    throw new DownloadError(`broke off after ${at} of ${total ?? "unknown many"} bytes`, {
      isTransient: true,
    })
}
