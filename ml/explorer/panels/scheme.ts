// Whether the page is light or dark, for what is painted and not styled.
import { RAMPS, type Ramp } from "../ramp.ts"

const dark = matchMedia("(prefers-color-scheme: dark)")

/** The colours of signed values at the moment. */
export const ramp = (): Ramp => (dark.matches ? RAMPS.dark : RAMPS.light)

/** Calls `repaint` whenever light and dark change. */
export const followScheme = (repaint: () => void): void => dark.addEventListener("change", repaint)
