// Whether the code of a bundle keeps something between two runs of its stage. Knows the bundle's text alone.
import { parseModule } from "./syntax.ts"

export async function isStateful(text: string): Promise<boolean> {
  const program = await parseModule(text)
  return program === undefined
}
