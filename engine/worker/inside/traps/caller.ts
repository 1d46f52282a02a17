// Who stands behind a call, by the stack: the stage's own code, a package, or nobody who can be told. The engine's and Node's own
// frames are passed over. It knows no trap and no policy.
import { isEngines, packageOf, pathOf } from "../../../code/places.ts"
import { originOf } from "./bundle-origins.ts"

export interface Caller {
  readonly is: "author" | "package" | "nobody"
  /** Of a package its name and its file from `node_modules` on. */
  readonly name: string
  readonly file: string
  /** Whether the engine's own code stands between. */
  readonly isThroughEngine: boolean
  /** Whether Node's own does, which looks at much for itself. */
  readonly isThroughNode: boolean
  /** Where in the bundle, of the author's. */
  readonly line: number
  readonly column: number
}

type Frame = NodeJS.CallSite
type Called = (...args: ReadonlyArray<never>) => unknown

/** Frames to look at, each costs: the first mostly says who called; and more than any stack has that matters. */
const few = 1
const many = 400
/** As many as a module that is loaded late stands above what it calls at once. */
export const near = 12

/** The frames of the stack, innermost first, without those above `below` and its own. */
function frames(atMost: number, below: Called): ReadonlyArray<Frame> {
  const { prepareStackTrace, stackTraceLimit } = Error
  const holder: { stack?: unknown } = {}
  try {
    Error.prepareStackTrace = (_, sites) => sites
    Error.stackTraceLimit = atMost
    Error.captureStackTrace(holder, below)
    const { stack } = holder
    return Array.isArray(stack) ? stack : []
  } finally {
    Error.prepareStackTrace = prepareStackTrace as never
    Error.stackTraceLimit = stackTraceLimit
  }
}

type Owner = "none" | "engine" | { readonly path: string; readonly package: string; readonly file: string }

const owners = new Map<string, Owner>()

function ownerOf(frame: Frame): Owner {
  const named = frame.getFileName() ?? ""
  const known = owners.get(named)
  if (known !== undefined) return known
  const owner = ownerOfFile(named)
  owners.set(named, owner)
  return owner
}

function ownerOfFile(named: string): Owner {
  if (!/^(file:|[\\/]|[A-Za-z]:[\\/])/.test(named)) return "none" // Node's own, evaluated text, WebAssembly
  const path = pathOf(named)
  if (isEngines(path)) return "engine"
  const found = packageOf(path)
  if (found !== undefined && /^(effect|@effect\/.*|refold)$/.test(found.name)) return "engine"
  return { path, package: found?.name ?? "", file: found?.file ?? path }
}

/** Of a frame in the bundle the package whose code stands there, where one came in: a copy that only a linked package sees. */
function ownerIn(bundle: string, frame: Frame): Owner {
  const owner = ownerOf(frame)
  if (typeof owner === "string" || owner.path !== bundle) return owner
  const origin = originOf(bundle, frame.getLineNumber() ?? 0, frame.getColumnNumber() ?? 0)
  const found = origin && packageOf(origin.path)
  return found === undefined ? owner : { path: origin!.path, package: found.name, file: found.file }
}

/** Whether a file is the stage's own code: its bundle, or whatever is no package. Bundles are kept in a folder of node_modules. */
const isAuthors = (owner: Exclude<Owner, string>, bundle: string): boolean =>
  owner.path === bundle || owner.package === "" || owner.package.startsWith(".")

/**
 * @param bundle where the stage's code lies
 * @param below the function that was called
 */
export function callerOf(bundle: string, below: Called): Caller {
  const first = frames(few, below)
  const found = nearest(first, bundle)
  return found.is !== "nobody" || first.length < few ? found : nearest(frames(many, below), bundle)
}

function nearest(stack: ReadonlyArray<Frame>, bundle: string): Caller {
  let isThroughEngine = false
  let isThroughNode = false
  for (const frame of stack) {
    const owner = ownerIn(bundle, frame)
    if (owner === "engine") isThroughEngine = true
    if (startsWith(frame, "node:")) isThroughNode = true
    if (typeof owner === "string") continue
    const is = isAuthors(owner, bundle) ? "author" : "package"
    const line = frame.getLineNumber() ?? 0
    const column = frame.getColumnNumber() ?? 0
    return { is, name: owner.package, file: owner.file, isThroughEngine, isThroughNode, line, column }
  }
  return { is: "nobody", name: "", file: "", isThroughEngine, isThroughNode, line: 0, column: 0 }
}

/** What the whole stack says. */
export interface Standing {
  readonly caller: Caller
  readonly hasAuthor: boolean
  readonly hasEngine: boolean
  /** Whether Node itself goes on with what it was asked for before, as a stream does that opens its file. */
  readonly isNodes: boolean
  /** The file of the module that is being loaded, if one is: the author's is called `author`, a package's by its place in it. */
  readonly loading: string | undefined
}

/** @param atMost frames that are looked at */
export function standing(bundle: string, below: Called, atMost = many): Standing {
  const stack = frames(atMost, below)
  let hasAuthor = false
  let hasEngine = false
  let last: string | undefined
  let loading: string | undefined
  for (const frame of stack) {
    const owner = ownerIn(bundle, frame)
    if (owner === "engine") hasEngine = true
    if (typeof owner !== "string") {
      const isOfAuthor = isAuthors(owner, bundle)
      hasAuthor ||= isOfAuthor
      last = isOfAuthor ? "author" : owner.file
    } else if (last !== undefined && isLoader(frame)) loading ??= last
  }
  const caller = nearest(stack, bundle)
  return { caller, hasAuthor, hasEngine, isNodes: startsWith(stack[0], "node:internal/fs/"), loading }
}

const isLoader = (frame: Frame): boolean => startsWith(frame, "node:internal/modules/")

const startsWith = (frame: Frame | undefined, text: string): boolean =>
  frame?.getFileName()?.startsWith(text) === true
