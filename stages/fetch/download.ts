// Downloading one file over HTTP: a short connect timeout, resumed where it broke off, again when that may help.

import { createHash } from "node:crypto"
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import http from "node:http"
import https from "node:https"
import { join } from "node:path"

/** A download that failed; `isTransient` says whether another try may help, `isUnreachable` that nobody answered. */
class DownloadError extends Error {
  readonly _tag = "DownloadError"
  readonly isTransient: boolean
  readonly isUnreachable: boolean
  constructor(message: string, kind: { isTransient?: boolean; isUnreachable?: boolean } = {}) {
    super(message)
    this.isTransient = kind.isTransient ?? false
    this.isUnreachable = kind.isUnreachable ?? false
  }
}

/** Milliseconds: so that a firewall costs little. */
const connectTimeout = 3000
/** Milliseconds without a byte. */
const idleTimeout = 30_000
const tries = 3

/** @returns the file's bytes; what was received of a broken download is kept in `cache` and gone on from */
export async function download(url: string, cache: string, log: (line: string) => void): Promise<Uint8Array> {
  mkdirSync(cache, { recursive: true })
  const part = join(cache, `${createHash("sha256").update(url).digest("hex").slice(0, 16)}.part`)
  for (let attempt = 1; ; attempt++) {
    try {
      await receive(new URL(url), part, 0)
      const bytes = readFileSync(part)
      rmSync(part)
      return bytes
    } catch (failure) {
      log(`${url}: ${(failure as Error).message}`)
      if (!(failure instanceof DownloadError && failure.isTransient) || attempt === tries) throw failure
      await new Promise((resume) => setTimeout(resume, 500 * 2 ** attempt))
    }
  }
}

/** Appends to `part` what it does not have yet, and follows redirects. */
function receive(url: URL, part: string, redirects: number): Promise<void> {
  const have = existsSync(part) ? statSync(part).size : 0
  return new Promise((resolve, reject) => {
    const get = url.protocol === "http:" ? http.get : https.get
    const request = get(url, {
      headers: { "user-agent": "refold", ...(have > 0 ? { range: `bytes=${have}-` } : {}) },
    })
    limitWaiting(request, url)
    request.on("error", (failure: NodeJS.ErrnoException) => reject(asDownloadError(failure)))
    request.on("response", (response) => {
      const { location } = response.headers
      const status = response.statusCode ?? 0
      if (status < 300 || status >= 400 || location === undefined)
        return append(response, status, part).then(resolve, reject)
      response.resume()
      if (redirects < 5) return resolve(receive(new URL(location, url), part, redirects + 1))
      response.destroy()
      return reject(new DownloadError("too many redirects"))
    })
  })
}

/** Ends a request that finds nobody, or that hears nothing any more. */
function limitWaiting(request: http.ClientRequest, url: URL): void {
  const connect = setTimeout(() => {
    request.destroy(
      new DownloadError(`no connection within ${connectTimeout / 1000} s`, { isUnreachable: true }),
    )
  }, connectTimeout)
  const connected = (): void => clearTimeout(connect)
  request.on("socket", (socket) => {
    if (!socket.connecting) connected()
    socket.once(url.protocol === "https:" ? "secureConnect" : "connect", connected)
  })
  request.on("error", connected)
  request.setTimeout(idleTimeout, () => {
    request.destroy(new DownloadError(`no data for ${idleTimeout / 1000} s`, { isTransient: true }))
  })
}

function asDownloadError(failure: NodeJS.ErrnoException): DownloadError {
  if (failure instanceof DownloadError) return failure
  const isUnreachable = ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH"].includes(
    failure.code ?? "",
  )
  return new DownloadError(failure.message, { isTransient: !isUnreachable, isUnreachable })
}

/** Writes a response into `part`: behind what is there if it is the rest, instead of it if it is the whole. */
function append(response: http.IncomingMessage, status: number, part: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (message: string, isTransient: boolean): void => {
      response.destroy()
      reject(new DownloadError(message, { isTransient }))
    }
    if (status === 416) rmSync(part, { force: true }) // what we have is not a beginning of what is there
    if (status !== 200 && status !== 206)
      return fail(`HTTP status ${status}`, status === 416 || status === 429 || status >= 500)
    if (status === 200) writeFileSync(part, "")
    const expected = Number(response.headers["content-length"] ?? Number.NaN)
    let received = 0
    response.on("data", (chunk: Uint8Array) => {
      received += chunk.length
      appendFileSync(part, chunk)
    })
    response.on("error", (failure) => reject(new DownloadError(failure.message, { isTransient: true })))
    response.on("end", () =>
      Number.isNaN(expected) || received === expected
        ? resolve()
        : fail(`broke off after ${received} of ${expected} bytes`, true),
    )
    response.on("aborted", () => fail(`broke off after ${received} bytes`, true))
  })
}
