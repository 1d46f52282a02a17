// The bytes behind a web address, through the proxy that the environment names. It keeps nothing.
import { importModule } from "../../code/import-module.ts"
import { badUsage } from "../failures.ts"

/** Milliseconds that a whole download may take. */
const patience = 15 * 60_000

/** @throws Refusal where they cannot be had */
export async function fetched(address: string): Promise<Uint8Array> {
  try {
    const signal = AbortSignal.timeout(patience)
    const answer = await (isProxied() ? throughProxy(address, signal) : fetch(address, { signal }))
    if (!answer.ok) throw new Error(`HTTP status ${answer.status}`)
    return new Uint8Array(await answer.arrayBuffer())
  } catch (failure) {
    const { message, cause } = failure as Error
    throw badUsage(
      `${address} cannot be fetched (${cause instanceof Error ? cause.message : message}): correct it, or fetch the file yourself and name its folder`,
    )
  }
}

/** Node's own fetch takes no notice of these before version 24. */
const isProxied = (): boolean =>
  ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"].some((name) => process.env[name])

/** By undici, as the stages that fetch do it: a proxy is asked for the file itself where it needs no tunnel. */
async function throughProxy(address: string, signal: AbortSignal): Promise<Response> {
  const undici = (await importModule("undici").catch(() => {
    throw new Error("a proxy is named, and to go through one takes the package undici: npm i undici@7")
  })) as typeof import("undici")
  const dispatcher = new undici.EnvHttpProxyAgent({ proxyTunnel: false })
  return (await undici.fetch(address, { signal, dispatcher })) as unknown as Response
}
