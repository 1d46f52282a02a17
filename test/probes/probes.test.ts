// in turn: it starts processes.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import t from "tap"
import { execute } from "../../engine/testing/processes.ts"
import { temporaryFolder } from "../../engine/testing/temporary-folder.ts"
import { fashionMnistSample } from "../../ml/data/datasets.ts"
import { tried } from "../../probes/backends.ts"
import { data } from "../../probes/data.ts"
import { fonts } from "../../probes/fonts.ts"
import { proxying, serving } from "../stages/support/loopback.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const asked = { root, artifacts: root, cache: join(root, "nowhere"), data: undefined, by: {}, seconds: 0 }

t.test("data that are at hand are found, and their hashes checked", async (t) => {
  const [found] = await data(fashionMnistSample).ask(asked)
  t.match(found, { status: "ok", found: /four files with the right hashes in .*experiments\/sample/ })
})

t.test("data that are missing or corrupted in the folder that a person names are broken", async (t) => {
  const folder = temporaryFolder(t)
  const [gone] = await data(fashionMnistSample).ask({ ...asked, data: folder })
  t.match(gone, { status: "broken", found: /train-images-idx3-ubyte is not there/, remedy: /--data DIR/ })
  for (const { name } of Object.values(fashionMnistSample.files))
    copyFileSync(join(root, "experiments/sample", `${name}.gz`), join(folder, `${name}.gz`))
  t.match(await data(fashionMnistSample).ask({ ...asked, data: folder }), [{ status: "ok" }])
  const torn = join(folder, "t10k-labels-idx1-ubyte.gz")
  writeFileSync(torn, readFileSync(torn).subarray(0, 60))
  const [wrong] = await data(fashionMnistSample).ask({ ...asked, data: folder })
  t.match(wrong, { status: "broken", found: /t10k-labels-idx1-ubyte is corrupted/ })
})

t.test("data that are nowhere and have no mirror are broken", async (t) => {
  const [found] = await data({ ...fashionMnistSample, repositoryFolder: null }).ask(asked)
  t.match(found, { status: "broken", remedy: /--data DIR/ })
})

t.test(
  "mirrors are asked through the proxies that the environment names, as a download asks them",
  async (t) => {
    const elsewhere = { ...fashionMnistSample, repositoryFolder: null }
    const { port, asked: heard } = await proxying(t, await serving(t))
    const plain = data({ ...elsewhere, mirrors: ["http://data.test/"] }, { HTTP_PROXY: `127.0.0.1:${port}` })
    t.match(await plain.ask(asked), [{ status: "ok", found: "not here yet; http://data.test/ answers" }])
    t.match(heard, [{ how: "GET http://data.test/t10k-labels-idx1-ubyte.gz" }])
    const refusing = await proxying(t, 0, 403)
    const secure = data(
      { ...elsewhere, mirrors: ["https://data.test/"] },
      { HTTPS_PROXY: `127.0.0.1:${refusing.port}` },
    )
    t.match(await secure.ask(asked), [
      { status: "broken", found: /https:\/\/data\.test\/: the proxy .* refuses to connect to data\.test/ },
    ])
  },
)

t.test("the fonts are those that pictures are made with", async (t) => {
  t.match(await fonts.ask(asked), [{ status: "ok" }])
})

t.test(
  "a backend is measured where it loads; torn kernels are broken, a missing TensorFlow is not",
  async (t) => {
    await execute(root, process.execPath, ["engine/build/launch.mjs", "--version"]) // brings dist/ up to date
    const kernels = join(root, "ml/kernels/kernels.wasm")
    const wasm = await tried({ backend: "wasm", kernels, seconds: 1 }, {})
    t.match(wasm, { name: "wasm", status: "ok", found: /^LeNet at [\d,]+ images\/s; bit-exact/ })
    t.ok(Number(wasm.facts!.imagesPerSecond) > 100)
    const folder = temporaryFolder(t)
    const missing = await tried({ backend: "tensorflow", root: folder, dir: folder, seconds: 0 }, {})
    t.match(missing, { name: "tensorflow", status: "missing", remedy: /npm install @tensorflow/ })
    const torn = join(folder, "kernels.wasm")
    writeFileSync(torn, readFileSync(kernels).subarray(0, 5000))
    const broken = await tried({ backend: "wasm", kernels: torn, seconds: 0 }, {})
    t.match(broken, { name: "wasm", status: "broken", remedy: /npm ci/ })
  },
)
