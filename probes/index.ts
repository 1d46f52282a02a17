// What `doctor` asks of a machine for this repository's experiments: backends, the default job's data, the fonts of its pictures.
import { existsSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Probe } from "../engine/cli/doctor/finding.ts"
import { fashionMnist } from "../ml/data/datasets.ts"
import { backends } from "./backends.ts"
import { data } from "./data.ts"
import { fonts } from "./fonts.ts"

const kernels = fileURLToPath(new URL("../ml/kernels/kernels.wasm", import.meta.url))

/** Data and fonts are those of the experiments here: a project of one's own has its own. */
export const probesFor = (root: string): ReadonlyArray<Probe> =>
  existsSync(join(root, "stages", "fetch.ts"))
    ? [backends(kernels), data(fashionMnist), fonts]
    : [backends(kernels)]
