// What an import of a module with `?script` gives: the text of a script for the browser, which the bundler makes of it.
declare module "*?script" {
  const text: string
  export default text
}
