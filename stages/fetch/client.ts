// One HTTP client for a download: through proxies as the environment says, with redirects followed and silence ended. It keeps nothing.
import type { buildConnector, Dispatcher } from "undici"
import { DownloadError } from "./download-error.ts"
import { type NamedProxy, type Proxies, proxyFor } from "./proxies.ts"
import { explained, refusal } from "./why-failed.ts"

export interface Limits {
  /** Milliseconds: so that a firewall costs little. */
  readonly connect: number
  /** Milliseconds without a byte. */
  readonly silence: number
  readonly redirects: number
}

/** Answers a request; whatever it throws is a DownloadError. */
export interface Client {
  /**
   * Asks for `url`, where redirects lead, and hands the answer to `take`. The first word of an answer may take as long as the
   * time between two pieces of its body.
   */
  readonly get: <A>(
    url: URL,
    headers: Readonly<Record<string, string>>,
    take: (answer: Dispatcher.ResponseData, heard: () => void) => Promise<A>,
  ) => Promise<A>
  readonly close: () => Promise<void>
}

export async function client(proxies: Proxies, limits: Limits): Promise<Client> {
  const { buildConnector, EnvHttpProxyAgent, request } = await import("undici")
  const timeouts = { timeout: limits.connect }
  const connector = buildConnector(timeouts)
  /** Hosts that were asked without a proxy. */
  const direct = new Set<string>()
  const connect: buildConnector.connector = (options, callback) => {
    direct.add(options.host ?? options.hostname) // connections to proxies are made by others
    connector(options, callback)
  }
  const proxyOf = (url: URL): NamedProxy | undefined =>
    direct.has(url.host) ? undefined : proxyFor(proxies, url)
  const agent = new EnvHttpProxyAgent({
    httpProxy: proxies.http?.url.href ?? "",
    httpsProxy: proxies.https?.url.href ?? "",
    noProxy: proxies.except,
    proxyTunnel: false, // for plain HTTP: many proxies open tunnels for HTTPS alone
    connect,
    proxyTls: timeouts,
    requestTls: timeouts,
  })
  return {
    get: (from, headers, take) =>
      unlessSilent(limits.silence, async (heard) => {
        let url = from
        try {
          for (let redirects = 0; ; redirects++) {
            const answer = await request(url, { dispatcher: agent, headers })
            heard()
            const { statusCode, headers: said, body } = answer
            const proxy = proxyOf(url)
            if (statusCode === 407 && proxy !== undefined) throw refusal(statusCode, url, proxy)
            if (statusCode < 300 || statusCode >= 400 || said.location === undefined)
              return await take(answer, heard)
            await body.dump()
            if (redirects === limits.redirects)
              throw new DownloadError(`more than ${limits.redirects} redirects, the last to ${said.location}`)
            url = webAddress(String(said.location), url)
          }
        } catch (failure) {
          throw explained(failure, url, proxyOf(url), limits.connect)
        }
      }),
    close: () => agent.destroy(),
  }
}

/** @throws DownloadError for a text that is none, relative to `from` if there is one */
export function webAddress(text: string, from?: URL): URL {
  if (URL.canParse(text, from?.href)) {
    const url = new URL(text, from)
    if (/^https?:$/.test(url.protocol)) return url
  }
  throw new DownloadError(`${from === undefined ? "" : "it redirects to "}${text}: that is no web address`)
}

/** Fails when nothing was heard for so many milliseconds, whatever it is that is waited for. */
async function unlessSilent<A>(limit: number, work: (heard: () => void) => Promise<A>): Promise<A> {
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<A>((resolve, reject) => {
      const heard = (): void => {
        clearTimeout(timer)
        timer = setTimeout(
          () => reject(new DownloadError(`no data for ${limit / 1000} s`, { isTransient: true })),
          limit,
        )
      }
      heard()
      work(heard).then(resolve, reject)
    })
  } finally {
    clearTimeout(timer)
  }
}
