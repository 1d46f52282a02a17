// Through which proxy a file is fetched, as the environment says; for messages it is named without its password.
import { DownloadError } from "./download-error.ts"

export type Environment = Readonly<Record<string, string | undefined>>

export interface NamedProxy {
  readonly url: URL
  /** The variable that names it. */
  readonly variable: string
}

export interface Proxies {
  readonly http: NamedProxy | undefined
  readonly https: NamedProxy | undefined
  /** Hosts, with commas between, that are asked without one. */
  readonly except: string
}

/**
 * Lower-case names come first, as with curl. Without a proxy of its own HTTPS goes through HTTP's.
 *
 * @throws DownloadError for an address that is none
 */
export function proxiesFrom(environment: Environment): Proxies {
  const http = named(environment, ["http_proxy", "HTTP_PROXY"])
  return {
    http,
    https: named(environment, ["https_proxy", "HTTPS_PROXY"]) ?? http,
    except: environment.no_proxy ?? environment.NO_PROXY ?? "",
  }
}

export const proxyFor = ({ http, https }: Proxies, url: URL): NamedProxy | undefined =>
  url.protocol === "https:" ? https : http

/** `http://proxy.example:3128 (HTTPS_PROXY)` */
export const proxyText = ({ url, variable }: NamedProxy): string =>
  `${url.protocol}//${url.host} (${variable})`

export const hasUser = ({ url }: NamedProxy): boolean => url.username !== ""

function named(environment: Environment, names: ReadonlyArray<string>): NamedProxy | undefined {
  const variable = names.find((name) => environment[name] !== undefined)
  const given = variable === undefined ? "" : environment[variable]!.trim()
  if (variable === undefined || given === "") return undefined
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new DownloadError(
      `${variable} is no proxy's address: write http://HOST:PORT, or unset it`, // its value may hold a password
      { isUnreachable: true },
    )
  return { url: new URL(text), variable }
}
