// Code of declarations that asks to end the process is refused: an exit of its own would pass for that of the command.

class Exited extends Error {}

const real = process.exit

/** From here on `process.exit` throws, until what this returns is called. */
export function withoutExit(): () => void {
  process.exit = (code) => {
    throw new Exited(`process.exit(${code ?? ""}) was called: a declaration must not end the process`)
  }
  return () => {
    process.exit = real
  }
}
