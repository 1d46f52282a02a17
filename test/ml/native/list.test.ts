// The list of kernels in C against the AssemblyScript sources and the C sources; it needs no compiler.
import { readdirSync, readFileSync } from "node:fs"
import { test } from "tap"
import { generateCalls, generatePrototypes, nativeKernels } from "../../../ml/kernels/generate-native.ts"

const folder = new URL("../../../ml/native/", import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, folder), "utf8")
const spaced = (text: string): string => text.replace(/\s+/g, " ").trim()

const sources = spaced(
  readdirSync(folder)
    .filter((name) => name.endsWith(".c"))
    .map((name) => read(name))
    .join("\n"),
)

test("the AssemblyScript sources give the very prototypes and calls that are committed", async (t) => {
  t.equal(read("kernels.h"), generatePrototypes(), "npm run build:kernels writes them")
  t.equal(read("calls.h"), generateCalls(), "npm run build:kernels writes them")
})

test("every kernel that is not exempted is in C, with the same terms and the same result", async (t) => {
  const kernels = nativeKernels()
  t.ok(kernels.length > 30, "they are found")
  t.same(
    kernels
      .map(({ name, terms, result }) => {
        const list = terms.map((term) => `${term.type} ${term.name}`).join(", ")
        return `${result} ${name}(uint8_t *memory, ${list}) {`
      })
      .filter((head) => !sources.includes(head)),
    [],
  )
})
