// Why a request failed, in words, with what to do: it tells a proxy that fails from a server that does.
import { DownloadError } from "./download-error.ts"
import { hasUser, type NamedProxy, proxyText } from "./proxies.ts"

const unreachable = new Set([
  ...["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH", "UND_ERR_CONNECT_TIMEOUT"],
])
/** What another try may not meet: a connection that ended, whoever ended it. */
export const passing =
  /^(UND_ERR_(SOCKET|ABORTED|HEADERS_TIMEOUT|BODY_TIMEOUT)|ECONNRESET|EPIPE|ETIMEDOUT|HPE_)/
/** Codes of certificates that nobody known has signed: of a network that reads along, mostly. */
const untrusted = /^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_UNTRUSTED)/

/**
 * @param proxy the one that was asked, if any
 * @param connectTimeout milliseconds
 */
export function explained(
  failure: unknown,
  url: URL,
  proxy: NamedProxy | undefined,
  connectTimeout: number,
): DownloadError {
  if (failure instanceof DownloadError) return failure
  const { message, code = "" } = failure as NodeJS.ErrnoException
  const refused = /^Proxy .*\((\d{3})\)/.exec(message)?.[1]
  if (proxy !== undefined && refused !== undefined) return refusal(Number(refused), url, proxy)
  if (untrusted.test(code))
    return new DownloadError(
      `${url.host} shows a certificate that nobody known has signed (${code}): where a network puts its own in front, NODE_EXTRA_CA_CERTS=FILE names it`,
      { isUnreachable: true },
    )
  const why = code === "UND_ERR_CONNECT_TIMEOUT" ? `no connection within ${connectTimeout / 1000} s` : message
  const isUnreachable = unreachable.has(code)
  return proxy !== undefined && isUnreachable
    ? new DownloadError(
        `the proxy ${proxyText(proxy)} does not answer (${why}): correct its address, or have NO_PROXY=${url.hostname} go without it`,
        { isUnreachable },
      )
    : new DownloadError(why, { isTransient: passing.test(code), isUnreachable })
}

/** A proxy that was reached and does not let through. */
export function refusal(status: number, url: URL, proxy: NamedProxy): DownloadError {
  const { protocol, host } = proxy.url
  const remedy =
    status !== 407
      ? `refuses to connect to ${url.host} (${status}): ask who runs it, or have NO_PROXY=${url.hostname} go without it`
      : hasUser(proxy)
        ? `does not take the user and the password that ${proxy.variable} gives (407)`
        : `wants a user and a password (407): ${proxy.variable}=${protocol}//USER:PASSWORD@${host}`
  return new DownloadError(`the proxy ${proxyText(proxy)} ${remedy}`, {
    isTransient: status >= 500,
    isUnreachable: status < 500,
  })
}
