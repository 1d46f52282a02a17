// The environment of a program: it starts empty, and holds what is the same everywhere, and what the declaration names.
import { delimiter } from "node:path"

/** The same for every program: whoever changes what is here changes the format of its keys. */
const fixed: Readonly<Record<string, string>> = {
  LANG: "C.UTF-8",
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
  PYTHONHASHSEED: "0",
  PYTHONNOUSERSITE: "1",
}

/** How many threads libraries take that nobody tells otherwise: OpenMP, and what computes with matrices. */
const threadCounts = [
  "OMP_NUM_THREADS",
  "OPENBLAS_NUM_THREADS",
  "MKL_NUM_THREADS",
  "BLIS_NUM_THREADS",
  "VECLIB_MAXIMUM_THREADS",
  "NUMEXPR_NUM_THREADS",
]

/** Without these no process of Windows starts; they say where the system lies, and of the task nothing. */
const ofWindows = ["SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "windir"]

export interface Surroundings {
  /** In which executables are found. */
  readonly folders: ReadonlyArray<string>
  readonly threads: number
  /** Those that the declaration names, with their values; null where they are not set. */
  readonly declared: Readonly<Record<string, string | null>>
  /** What is installed asks for these. */
  readonly installed: Readonly<Record<string, string>>
}

/** All of the environment but the folders of the attempt, see `homesIn`. */
export function surroundingsOf({
  folders,
  threads,
  declared,
  installed,
}: Surroundings): Readonly<Record<string, string>> {
  const own = process.platform === "win32" ? ofWindows : []
  const system = own.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]!] as const],
  )
  const set = Object.entries(declared).filter((each): each is [string, string] => each[1] !== null)
  return {
    ...Object.fromEntries(system),
    PATH: folders.join(delimiter),
    ...fixed,
    ...Object.fromEntries(threadCounts.map((name) => [name, String(threads)])),
    ...installed,
    ...Object.fromEntries(set),
  }
}

/** Folders of its own that it takes for its user's. @param home one of them. @param temporary another */
export const homesIn = (home: string, temporary: string): Readonly<Record<string, string>> => ({
  HOME: home,
  TMPDIR: temporary,
  ...(process.platform === "win32" ? { USERPROFILE: home, TEMP: temporary, TMP: temporary } : {}),
})
