// Random edits of random projects over three seeds: after each, the warm store gives what a run from nothing gives, and nothing
// runs again that need not. Prints what was wrong, with the fewest edits that show it, then how much was tried.
//
//     npm run test:long -- --only edits [--edits 2000] [--seed 1]
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { environment } from "../../engine/testing/processes.ts"
import { campaign, type Figures } from "../edits/campaign.ts"

const { freshen } = await import(new URL("../../engine/build/build.mjs", import.meta.url).href)
const { values } = parseArgs({
  options: { edits: { type: "string", default: "2000" }, seed: { type: "string", default: "1" } },
})
const first = Number(values.seed)
const seeds = [first, first + 1, first + 2]
const each = Math.ceil(Number(values.edits) / seeds.length)

await freshen() // workers run what is built
process.env = { ...environment }
const folder = mkdtempSync(join(tmpdir(), "refold-edits-"))
const all: Array<Figures> = []
try {
  for (const seed of seeds) {
    const figures = await campaign({ seed, edits: each, folder })
    for (const failure of figures.failures) console.log(`WRONG: ${failure}`)
    console.log(`seed ${seed}: ${figures.edits} edits of ${figures.projects} projects`)
    all.push(figures)
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
const sum = (of: (figures: Figures) => number): string =>
  all.reduce((total, figures) => total + of(figures), 0).toLocaleString("en")
const kinds = new Set(all.flatMap((figures) => [...figures.kinds])).size
console.log(
  `${sum(({ edits }) => edits)} edits of ${kinds} kinds, ${sum(({ projects }) => projects)} projects, ${sum(({ ran }) => ran)} tasks ran, ${sum(({ cached }) => cached)} cached`,
)
process.exitCode = all.some(({ failures }) => failures.length > 0) ? 1 : 0
