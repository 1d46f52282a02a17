// Browsers as they are installed, headless, and a page of theirs that is watched: what it says to its console and what it asks for.
import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { pathToFileURL } from "node:url"
import { type Browser, launch, type Page } from "puppeteer-core"
import type { Teardown } from "../../../engine/testing/temporary-folder.ts"

export type Name = "chrome" | "firefox"

/** What each is called, and the variable that names another. */
const programs: Readonly<Record<Name, { readonly variable: string; readonly names: ReadonlyArray<string> }>> =
  {
    chrome: { variable: "REFOLD_CHROMIUM", names: ["chromium", "chromium-browser", "google-chrome"] },
    firefox: { variable: "REFOLD_FIREFOX", names: ["firefox-esr", "firefox"] },
  }

/** Where a browser lies, or why it is not there. */
export function browserAt(name: Name): { readonly path: string } | { readonly missing: string } {
  const { variable, names } = programs[name]
  const folders = (process.env.PATH ?? "").split(delimiter)
  const path =
    process.env[variable] ??
    names.flatMap((each) => folders.map((folder) => join(folder, each))).find(existsSync)
  if (path !== undefined && existsSync(path)) return { path }
  return { missing: `no ${names.join(", ")} on PATH, and ${variable} names none` }
}

export async function started(t: Teardown, name: Name, path: string): Promise<Browser> {
  const browser = await launch({
    ...{ browser: name, executablePath: path, headless: true, protocolTimeout: 120_000 },
    args: name === "chrome" ? ["--no-sandbox", "--disable-dev-shm-usage"] : [],
  })
  t.teardown(() => browser.close())
  return browser
}

export interface Visit {
  readonly page: Page
  /** What went wrong: errors, and what was said to the console. */
  readonly said: ReadonlyArray<string>
  /** Addresses that were asked for, but for the page's own. */
  readonly asked: ReadonlyArray<string>
}

/** A page from disk, once it shows an answer. */
export async function visit(
  browser: Browser,
  file: string,
  size = { width: 1280, height: 900 },
): Promise<Visit> {
  const address = pathToFileURL(file).href
  const page = await browser.newPage()
  const said: Array<string> = []
  const asked: Array<string> = []
  page.on("console", (message) => void said.push(`${message.type()}: ${message.text()}`))
  page.on("pageerror", (error) => void said.push(String(error)))
  page.on("request", (request) => {
    if (request.url() !== address && !request.url().startsWith("data:")) asked.push(request.url())
  })
  await page.setViewport(size)
  await page.goto(address)
  await page.waitForSelector(testId("answer"))
  return { page, said, asked }
}

export const testId = (id: string): string => `[data-testid="${id}"]`

export const textOf = (page: Page, id: string): Promise<string> =>
  page.$eval(testId(id), (element) => element.textContent ?? "")
