// Edits of folders and of files that stay on the disk: given, matched by a pattern, mapped over, and made by a stage. In Refold's terms
// alone, as the others have no word for a folder of which each file is an input of its own.
import { rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { all, move, replace, touch, write } from "../steps.ts"
import type { Edit, Step } from "../tool.ts"

const absent = {
  python: "the project is not written with folders",
  javascript: "the project is not written with folders",
}

const source = "stages/folders.ts"

const stages = `import { readFileSync } from "node:fs"
import { Schema } from "effect"
import { many, stage } from "refold"
export const split = stage("split", {
  params: Schema.Struct({}),
  inputs: { text: "text" },
  outputs: { lines: "folder:txt" },
  run: ({ inputs: { text } }) => ({
    lines: new Map(text.trim().split("\\n").map((line) => [line[0] + ".txt", new TextEncoder().encode(line)])),
  }),
})
export const names = stage("names", {
  params: Schema.Struct({}),
  inputs: { data: "folder" },
  outputs: { text: "text" },
  run: ({ inputs: { data } }) => ({ text: [...data].map(([name, bytes]) => name + " " + bytes.length).join("\\n") }),
})
export const length = stage("length", {
  params: Schema.Struct({}),
  inputs: { big: "file" },
  outputs: { length: "value" },
  run: ({ inputs: { big } }) => ({ length: readFileSync(big).length }),
})
export const read = stage("read", {
  params: Schema.Struct({}),
  inputs: { part: "txt" },
  outputs: { sum: "value" },
  run: ({ inputs: { part } }) => ({ sum: part.reduce((sum, byte) => sum + byte, 0) }),
})
export const total = stage("total", {
  params: Schema.Struct({}),
  inputs: { sums: many("value") },
  outputs: { total: "value" },
  run: ({ inputs: { sums } }) => ({ total: Object.values(sums).reduce((a: number, b) => a + (b as number), 0) }),
})
`

const lab = all(
  write(source, stages),
  write("data/lines.txt", "ada\nbob\ncyd\n"),
  write("data/parts/a.txt", "one\n"),
  write("data/parts/b.txt", "two\n"),
  write("data/parts/c.md", "not one of them\n"),
  write(
    "experiments/lab.ts",
    `import { each, experiment, file, files } from "refold"
import { length, names, read, split, total } from "../${source}"
export default experiment("lab", {}, () => {
  const { lines } = split({}, { text: file("data/lines.txt", "text") })
  const given = each("given", files("data/parts/*.txt"), (part) => read({}, { part }).sum)
  const made = each("made", lines, (part) => read({}, { part }).sum)
  return {
    all: names({}, { data: file("data/parts", "folder") }),
    some: names({}, { data: files("data/parts/*.txt") }, { of: "pattern" }),
    big: length({}, { big: file("data/parts/a.txt", "file") }),
    given: total({}, { sums: given }, { of: "given" }),
    made: total({}, { sums: made }, { of: "made" }),
  }
})
`,
  ),
)

const remove =
  (path: string): Step =>
  ({ root }) =>
    rmSync(join(root, path))

/** Other bytes, as many, and the time of before. */
const fakedBack =
  (path: string, text: string): Step =>
  ({ root }) => {
    const { atime, mtime, size } = statSync(join(root, path))
    writeFileSync(join(root, path), text)
    if (statSync(join(root, path)).size !== size) throw new Error(`${path} has another size`)
    utimesSync(join(root, path), atime, mtime)
  }

const [part, other] = ["data/parts/a.txt", "data/parts/b.txt"]
const everyReader = ["names", "names@of=pattern", "total@of=given"]

export const folderEdits: ReadonlyArray<Edit> = [
  {
    name: "one of many files",
    must: [...everyReader, "read@given=b.txt"],
    why: "they take it, by itself or with others; the sum of the other file is what it was",
    steps: replace(other, "two", "three"),
  },
  {
    name: "a file that is read as a path",
    must: [...everyReader, "read@given=a.txt", "length"],
    why: "its bytes are others",
    steps: replace(part, "one", "once more"),
  },
  {
    name: "a file more, which a pattern matches",
    must: [...everyReader, "read@given=d.txt"],
    why: "they take all that match",
    steps: write("data/parts/d.txt", "four\n"),
  },
  {
    name: "a file more, which no pattern matches",
    must: ["names"],
    why: "it takes the whole folder",
    steps: write("data/parts/d.md", "four\n"),
  },
  {
    name: "a file less",
    must: everyReader,
    why: "they took it; what the other file's task gives is what it was",
    steps: remove(other),
  },
  {
    name: "a file of another name",
    must: everyReader,
    why: "names in a folder are what stages see; a task of a group takes the bytes alone",
    steps: move(other, "data/parts/z.txt"),
  },
  {
    name: "files that are touched",
    why: "what was read is what it was",
    steps: all(touch(part), touch(other), touch("data/lines.txt")),
  },
  {
    name: "other bytes, size and time as before",
    must: [...everyReader, "read@given=a.txt"],
    may: ["length"],
    why: "its bytes are others, whatever its time says; its length is what it was",
    steps: fakedBack(part, "six\n"),
  },
  {
    name: "one of many files that a stage makes",
    must: ["split", "read@made=b.txt", "total@of=made"],
    why: "the others are what they were",
    steps: replace("data/lines.txt", "bob", "bert"),
  },
  {
    name: "a stage that makes the same files from other bytes",
    must: ["split"],
    why: "what follows gets the same folder",
    steps: replace("data/lines.txt", "cyd\n", "cyd\n\n"),
  },
].map((edit) => ({ ...edit, before: lab, absent }))
