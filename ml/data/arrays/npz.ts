// Arrays by name from NumPy's .npz, a zip archive of .npy files; knows nothing of how they are packed.
import { ArrayError, type ArrayOf } from "./array.ts"
import { widenHalfFloats } from "./half-floats.ts"
import { decodeNpy, isNpy } from "./npy.ts"
import { unzipped } from "./zip.ts"

/**
 * Decodes an `.npz` file, as `np.savez` and `np.savez_compressed` write it.
 *
 * @returns arrays by their names in the archive, without `.npy`, in its order
 * @throws ArrayError naming the array that is wrong, or when the archive is cut off, damaged, encrypted or holds another file
 */
export async function decodeNpz(bytes: Uint8Array): Promise<ReadonlyMap<string, ArrayOf>> {
  const arrays = new Map<string, ArrayOf>()
  for (const [file, npy] of await unzipped(bytes)) {
    if (!file.endsWith(".npy") || !isNpy(npy))
      throw new ArrayError(`${file} in the archive is no .npy: an .npz holds arrays alone; take it out`)
    arrays.set(file.slice(0, -".npy".length), named(file, npy))
  }
  return arrays
}

function named(file: string, npy: Uint8Array): ArrayOf {
  try {
    return decodeNpy(widenHalfFloats(npy))
  } catch (failure) {
    if (failure instanceof ArrayError) throw new ArrayError(`${file} in the archive: ${failure.message}`)
    throw failure
  }
}
