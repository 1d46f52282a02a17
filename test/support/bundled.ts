// What a bundle of our modules really holds, for laws on it: knowing what is imported does not say what is taken.
import { build } from "esbuild"

/** Code that computes on the kernels: their names, which only they and those who call them have. */
export const ON_KERNELS = /\b(convolutionForward|matrixProduct|reluForward|maxPoolForward|dropoutForward)\b/
/** Code that computes with TensorFlow.js. */
export const ON_TENSORFLOW = /\b(conv2d|matMul|leakyRelu|maxPool|moments)\(/

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
