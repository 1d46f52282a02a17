// The fonts that pictures are set in: there, and with the bytes that they are made with.
import { broken, fine, type Probe } from "../engine/cli/doctor/finding.ts"
import { FAMILY, loadTypeface, TypefaceError } from "../ml/charts/typeface.ts"

export const fonts: Probe = {
  about: "fonts",
  ask: async () => {
    try {
      const { files } = loadTypeface()
      return [fine(FAMILY, `${files.length} cuts with the right hashes`)]
    } catch (failure) {
      if (!(failure instanceof TypefaceError)) throw failure
      return [broken(FAMILY, failure.message, "npm ci")]
    }
  },
}
