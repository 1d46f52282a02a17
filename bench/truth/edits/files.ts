// What happens to inputs, outputs, packages and what a tool keeps.
import * as node from "../node.ts"
import * as python from "../python.ts"
import { all, by, copyAndRestore, overwriteOutput, removeOutput, replace, run, touch } from "../steps.ts"
import type { Edit, Step } from "../tool.ts"

const everythingFromTable = ["clean", "score", "summary", "page"]
const scoreAndAfter = ["score", "summary", "page"]

const table = "data/table.csv"
const otherTable = replace(table, "bob,5", "bob,6")

const installTally = (version: string): Step =>
  by({
    python: python.installTally(version),
    javascript: node.installTally(version),
    typescript: node.installTally(version),
  })
const installOther = (version: string): Step =>
  by({
    python: python.installOther(version),
    javascript: node.installOther(version),
    typescript: node.installOther(version),
  })
const lock = (tally: string, other: string): Step =>
  by({
    python: python.lockPackages(tally, other),
    javascript: node.lockPackages(tally, other),
    typescript: node.lockPackages(tally, other),
  })

const reformatLock: Step = by({
  python: replace("requirements.txt", "==1.0.0\n", "==1.0.0 \n\n"),
  javascript: replace("package-lock.json", /^ +/gm, (spaces) => spaces.repeat(2)),
  typescript: replace("package-lock.json", /^ +/gm, (spaces) => spaces.repeat(2)),
})

const patched: Step = by({
  python: replace("site/tally/__init__.py", "len(words)", "len(words) + 3"),
  javascript: replace("node_modules/tally/index.js", "words.length", "words.length + 3"),
  typescript: replace("node_modules/tally/index.js", "words.length", "words.length + 3"),
})

export const fileEdits: ReadonlyArray<Edit> = [
  {
    name: "one byte of an input",
    must: everythingFromTable,
    why: "each of these results has the number in it",
    steps: otherTable,
  },
  {
    name: "touch",
    why: "what was read is what it was",
    steps: all(
      touch(table),
      touch(({ tool }) => tool.source("score")),
      touch(({ tool }) => tool.source("features")),
    ),
  },
  { name: "copy and restore", why: "what was read is what it was", steps: copyAndRestore(table) },
  {
    name: "an upstream that reruns to the same bytes",
    must: ["clean"],
    why: "the new row is dropped, so that all after `clean` get what they had",
    steps: replace(table, "dan,x\n", "dan,x\nzoe,y\n"),
  },
  {
    name: "A → B → A",
    why: "the results of A were there",
    steps: all(otherTable, run, replace(table, "bob,6", "bob,5")),
  },
  {
    name: "a package's patch version",
    must: scoreAndAfter,
    why: "it counts otherwise",
    steps: all(installTally("1.0.1"), lock("1.0.1", "1.0.0")),
  },
  {
    name: "a package nobody imports",
    why: "nothing runs it",
    steps: all(installOther("1.0.1"), lock("1.0.0", "1.0.1")),
  },
  { name: "the lock file reformatted", why: "what is installed is what it was", steps: reformatLock },
  {
    name: "a branch switched without an install",
    must: scoreAndAfter,
    why: "the lock file is that of the first run, the package that of the other branch, and it is what runs",
    steps: all(installTally("1.0.1"), lock("1.0.1", "1.0.0"), lock("1.0.0", "1.0.0")),
    isRefusable: true,
  },
  {
    name: "a patched package",
    must: scoreAndAfter,
    why: "what runs is what is installed",
    steps: patched,
  },
  {
    name: "an output that is deleted",
    may: ["page"],
    why: "it is made again, or taken from a cache",
    steps: removeOutput("out/page.html"),
  },
  {
    name: "an output edited by hand",
    may: ["summary"],
    why: "it is made again, or taken from a cache, and the page shows what was computed",
    steps: overwriteOutput("out/summary.json", `{"gap": 99.0, "top": 1.0}`),
  },
  {
    name: "a kept bundle's bytes changed",
    must: ["summary", "page"],
    why: "another param has both run, and what runs is what the author wrote",
    absent: { python: "no compiled code is kept", javascript: "no compiled code is kept" },
  },
]
