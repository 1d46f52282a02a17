// `npm run docs:screenshots -- PAGE`: pictures of an explorer page for docs/images, as Chromium shows it. PAGE is explorer.html of a
// run, such as artifacts/runs/ID/explorer.html.
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { launch, type Page } from "puppeteer-core"
import { repository } from "../../engine/testing/command.ts"
import { browserAt, testId, visit } from "./support/browsers.ts"

const { positionals } = parseArgs({ allowPositionals: true })
const file = positionals[0]
const found = browserAt("chrome")
if (file === undefined) throw new Error("which page? name explorer.html of a run")
if ("missing" in found) throw new Error(found.missing)

const path = (name: string): `${string}.png` => join(repository, "docs/images", name) as `${string}.png`

async function trained(page: Page): Promise<void> {
  await page.click(testId("train-start"))
  await page.waitForSelector(testId("train-verdict"))
  await (await page.$("#train"))!.screenshot({ path: path("explorer-train.png") })
}

const browser = await launch({ executablePath: found.path, headless: true, args: ["--no-sandbox"] })
try {
  for (const scheme of ["light", "dark"] as const) {
    const { page } = await visit(browser, resolve(file), { width: 1280, height: 960 })
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: scheme },
      { name: "prefers-reduced-motion", value: "reduce" },
    ])
    await page.click(testId("filter-conv1-0"))
    await page.evaluate(() => scrollTo(0, 0))
    await page.screenshot({ path: path(`explorer-${scheme}.png`) })
    if (scheme === "light") await trained(page)
  }
} finally {
  await browser.close()
}
