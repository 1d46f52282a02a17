// What a bundle of our modules really holds, for laws on it: knowing what is imported does not say what is taken.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { build } from "esbuild"
import { entries, root as ownRoot } from "./sources.ts"

const signatures = readFileSync(new URL("../../ml/kernels/signatures.ts", import.meta.url), "utf8")
/** Of all that the host may call. */
const kernelNames = [...signatures.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name!)

/** Code that computes on the kernels: a call of any of them. A bundle numbers names of which it has several. */
export const ON_KERNELS = new RegExp(`\\bkernels\\d*\\.(${kernelNames.join("|")})\\(`)
/** Code that computes with TensorFlow.js: whoever is handed it calls it `tf`, and everything it does is a property of that. */
export const ON_TENSORFLOW = /\btf\d*[.[]/

export interface Bundled {
  /** Bytes in the bundle by file, of those that give some. */
  readonly bytes: Readonly<Record<string, number>>
  /** What it imports at run time. */
  readonly packages: ReadonlyArray<string>
  readonly text: string
}

/** Bundles module text whose imports resolve from `root`; what `outside` matches is not followed. */
export async function bundled(root: string, entry: string, outside?: RegExp): Promise<Bundled> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: entry, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    minifyWhitespace: true,
    packages: "external",
    tsconfigRaw: {},
    write: false,
    metafile: true,
    plugins: [
      {
        name: "outside",
        setup: (build) => {
          if (outside !== undefined)
            build.onResolve({ filter: outside }, ({ path }) => ({ path, external: true, sideEffects: false }))
          build.onResolve({ filter: /^refold\/\w+$/ }, ({ path }) => ({
            path: join(ownRoot, entries.get(path)!),
            sideEffects: false,
          }))
        },
      },
    ],
  })
  const [output] = Object.values(metafile.outputs)
  return {
    bytes: Object.fromEntries(
      Object.entries(output!.inputs).flatMap(([path, { bytesInOutput }]) =>
        bytesInOutput > 0 ? [[path, bytesInOutput]] : [],
      ),
    ),
    packages: output!.imports.map(({ path }) => path),
    text: outputFiles[0]!.text,
  }
}
