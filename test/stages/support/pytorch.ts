// A Python that has PyTorch, where there is one, and exported models run by it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { runPython, without } from "../../support/python.ts"

/** Why there is nothing to run models with; false where there is. */
export const noPytorch: false | string = without(["torch", "safetensors"])

export interface ExportedModel {
  readonly model: Uint8Array
  readonly stateDict: Uint8Array
  /** Examples one after the other, as bytes. */
  readonly images: Uint8Array
}

/** What Python says beside the logits: its reserved words, and what each module has. */
interface Told {
  readonly torch: string
  readonly words: ReadonlyArray<string>
  readonly members: ReadonlyArray<string>
}

/** Logits of each model, row-major. Each gets a folder in `folder`, and one process runs them all. */
export function runInPytorch(
  folder: string,
  models: ReadonlyArray<ExportedModel>,
): Told & { readonly logits: ReadonlyArray<Float32Array> } {
  const folders = models.map((_, i) => join(folder, `model-${i}`))
  for (const [i, { model, stateDict, images }] of models.entries()) {
    mkdirSync(folders[i]!)
    writeFileSync(join(folders[i]!, "model.py"), model)
    writeFileSync(join(folders[i]!, "state_dict.safetensors"), stateDict)
    writeFileSync(join(folders[i]!, "images.bin"), images)
  }
  const said = runPython([fileURLToPath(new URL("run-models.py", import.meta.url)), folder])
  const logits = folders.map((own) => {
    const bytes = readFileSync(join(own, "logits.bin"))
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  })
  return { ...(JSON.parse(said) as Told), logits }
}
