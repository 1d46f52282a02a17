// in turn, in CI: it starts browsers.
// The explorer page of smoke, opened from disk as a reader would: it looks, draws, switches filters off, sets one, trains.
import { readFileSync, statSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import type { Page } from "puppeteer-core"
import t, { type Test } from "tap"
import { repository } from "../../engine/testing/command.ts"
import { checkout } from "../../engine/testing/project.ts"
import { browserAt, type Name, started, testId, textOf, type Visit, visit } from "./support/browsers.ts"

const names: ReadonlyArray<Name> = ["chrome", "firefox"]
const missing = (name: Name): string | false => {
  const found = browserAt(name)
  return "missing" in found && found.missing
}
const isNone = names.every((name) => missing(name))

/** The page, and the digest of the weights that it can train. */
async function made(t: Test): Promise<{ file: string; digest: string }> {
  const { json, artifacts } = checkout(t)
  const { last, of } = await json("--exp", "smoke", "--jobs", "2")
  const run = last?.event === "run-finished" ? last.run : undefined
  const final = of("task-finished").find(({ task }) => task === "train@final=yes")
  if (run === undefined || final?.event !== "task-finished") throw new Error("smoke did not run")
  return { file: join(artifacts, "runs", run, "explorer.html"), digest: final.outputs!.weights! }
}
const page = isNone ? undefined : await made(t)

/** Probabilities of the classes, as the page has them. */
const probabilities = (page: Page): Promise<ReadonlyArray<number>> =>
  page.$$eval('[data-testid^="bar-"]', (rows) =>
    rows.map((row) => Number((row as HTMLElement).dataset.probability)),
  )

const changed = (page: Page, before: ReadonlyArray<number>): Promise<unknown> =>
  page.waitForFunction(
    (before) =>
      [...document.querySelectorAll<HTMLElement>('[data-testid^="bar-"]')].some(
        (row, i) => Number(row.dataset.probability) !== before[i],
      ),
    { timeout: 10_000 },
    before,
  )

/** Whether a reader sees it without scrolling. */
const inSight = (page: Page, id: string): Promise<boolean> =>
  page.$eval(testId(id), (element) => {
    const { top, bottom, height } = element.getBoundingClientRect()
    return height > 0 && top >= 0 && bottom <= innerHeight
  })

/** What axe-core finds, as one line each. */
async function accessibility({ page }: Visit): Promise<ReadonlyArray<string>> {
  const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")
  await page.evaluate(source)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: { run(): Promise<Found> } }).axe.run()
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`,
    )
  })
}
interface Found {
  readonly violations: ReadonlyArray<{
    readonly id: string
    readonly nodes: ReadonlyArray<{ readonly html: string }>
  }>
}

async function draws({ page }: Visit): Promise<void> {
  const canvas = (await page.$(testId("image")))!
  await page.click(testId("image-clear"))
  const box = (await canvas.boundingBox())!
  const at = (x: number, y: number) => page.mouse.move(box.x + x * box.width, box.y + y * box.height)
  const before = await probabilities(page)
  await at(0.5, 0.2)
  await page.mouse.down()
  for (let i = 3; i <= 8; i++) await at(0.5, i / 10)
  await page.mouse.up()
  await changed(page, before)
}

for (const name of names) {
  const skip = missing(name)
  t.test(`the explorer works from disk in ${name}, silently and without a request`, { skip }, async (t) => {
    const found = browserAt(name) as { readonly path: string }
    const { file, digest } = page!
    const browser = await started(t, name, found.path)
    const seen = await visit(browser, file)
    const first = await probabilities(seen.page)
    t.equal(first.length, 10)
    t.ok(Math.abs(first.reduce((sum, share) => sum + share, 0) - 1) < 1e-5, "probabilities of all classes")

    await seen.page.click(testId("test-image-1"))
    await changed(seen.page, first)
    await draws(seen)
    const drawn = await probabilities(seen.page)
    await seen.page.click(testId("filter-conv1-0"))
    t.equal(await seen.page.$eval(testId("filter-conv1-0"), (button) => button.ariaPressed), "false")
    await changed(seen.page, drawn)
    await seen.page.click(testId("reset-filters"))
    t.same(await probabilities(seen.page), drawn, "with all filters on again, the same answer")

    const map = () =>
      seen.page.$eval(testId("own-map"), (canvas) => (canvas as HTMLCanvasElement).toDataURL())
    const before = await map()
    await seen.page.$eval(testId("own-weight-1-1"), (input) => {
      ;(input as HTMLInputElement).value = "-3"
      input.dispatchEvent(new Event("input", { bubbles: true }))
      input.dispatchEvent(new Event("change", { bubbles: true }))
    })
    t.not(await map(), before, "a filter of one's own has a map of its own")

    await seen.page.click(testId("train-start"))
    await seen.page.waitForSelector(testId("train-hash"), { timeout: 90_000 })
    t.equal(await textOf(seen.page, "train-hash"), digest, "trained here: the weights of the run")
    t.match(await textOf(seen.page, "train-verdict"), /same bits/)
    t.equal(await seen.page.$eval(testId("train-curve"), (curve) => curve.getAttribute("data-epochs")), "4")

    t.same(await accessibility(seen), [], "axe-core finds nothing")
    t.same(seen.asked, [], "nothing was asked for")
    t.same(seen.said, [], "nothing was said to the console")
  })
}

t.test(
  "the explorer fits narrow screens in the dark, and its training can be stopped",
  { skip: missing("chrome") },
  async (t) => {
    const { path } = browserAt("chrome") as { readonly path: string }
    const seen = await visit(await started(t, "chrome", path), page!.file, { width: 360, height: 740 })
    await seen.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }])
    const over = () => seen.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    t.ok((await over()) <= 0, "nothing stands out to the right")
    t.same(await accessibility(seen), [])
    await seen.page.$eval("#slide", (panel) => panel.scrollIntoView({ behavior: "instant" }))
    t.equal(await inSight(seen.page, "answer"), false)
    t.equal(await inSight(seen.page, "strip-answer"), true, "the answer stays where one plays")
    t.equal(await textOf(seen.page, "strip-answer"), await textOf(seen.page, "answer"))
    const before = await probabilities(seen.page)
    await seen.page.$eval(testId("image-clear"), (button) => (button as HTMLElement).click())
    await changed(seen.page, before)
    t.equal(await textOf(seen.page, "strip-answer"), await textOf(seen.page, "answer"), "and it follows")
    // At once, as the training takes a second.
    await seen.page.evaluate(
      (...buttons) => {
        for (const button of buttons) document.querySelector<HTMLElement>(button)!.click()
      },
      testId("train-start"),
      testId("train-cancel"),
    )
    await seen.page.waitForSelector(`${testId("train-start")}:enabled`)
    t.equal(await seen.page.$(testId("train-hash")), null)
    t.same(seen.said, [])
  },
)

t.test(
  "the page is one file below 3 MB, and gives an answer within 100 ms",
  { skip: missing("chrome") },
  async (t) => {
    t.ok(statSync(page!.file).size < 3_000_000, `${statSync(page!.file).size} bytes`)
    const { path } = browserAt("chrome") as { readonly path: string }
    const seen = await visit(await started(t, "chrome", path), page!.file)
    const milliseconds = await seen.page.$eval(testId("test-image-2"), (image) => {
      const began = performance.now()
      ;(image as HTMLElement).click()
      return performance.now() - began
    })
    t.ok(milliseconds < 100, `${milliseconds} ms from an image to its answer`)
  },
)

t.test(
  "the weights that the page trains are those of smoke's lock",
  { skip: isNone && missing("chrome") },
  async (t) => {
    const lock = readFileSync(join(repository, "experiments/smoke.lock.json"), "utf8")
    const line = lock.split("\n").find((line) => line.startsWith('"task train@final=yes"'))
    t.ok(line?.includes(page!.digest), `${page!.digest} stands in ${line?.slice(0, 2000)}`)
  },
)
