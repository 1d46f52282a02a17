// exp, log, sin and cos in double precision with the same bits everywhere: AssemblyScript's Math compiled to WebAssembly,
// as engines' own may differ in the last bit. It knows nothing of statistics.
import { COMPILED } from "./compiled.ts"

interface Elementary {
  exp(x: number): number
  log(x: number): number
  cos(x: number): number
  sin(x: number): number
}

const bytes = Uint8Array.from(atob(COMPILED), (letter) => letter.charCodeAt(0))
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {})

export const { exp, log, cos, sin } = exports as unknown as Elementary
