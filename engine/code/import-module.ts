// The engine's one dynamic import(). A bundle that runs as a script has none: it is handed its loader's.
declare const __import: ((specifier: string) => Promise<unknown>) | undefined

export const importModule: (specifier: string) => Promise<unknown> =
  typeof __import === "undefined" ? (specifier) => import(specifier) : __import
