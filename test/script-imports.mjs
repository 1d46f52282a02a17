// Stages that tests import as they are written, and not bundled, find a sentence where the bundler puts a browser's script.
import { register } from "node:module"

const sentence = "(a script for the browser, which the bundler makes)"
const text = `data:text/javascript,export default ${encodeURIComponent(JSON.stringify(sentence))}`

register(
  `data:text/javascript,${encodeURIComponent(`export const resolve = (specifier, context, next) =>
  specifier.endsWith("?script") ? { url: ${JSON.stringify(text)}, shortCircuit: true } : next(specifier, context)`)}`,
)
