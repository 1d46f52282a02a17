// What no run on Windows has shown yet is held by its text: each pattern here breaks there, and says why.
import t from "tap"
import { rename } from "../engine/content/rename.ts"
import { count } from "./counts.ts"
import { linesWith, testFiles, textOf } from "./support/sources.ts"

interface Rule {
  readonly pattern: RegExp
  /** What is wrong with it there. */
  readonly why: string
  /** Where it is right, or never runs there. */
  readonly except: RegExp
  /** A line that breaks it, so that the rule is known to find something. */
  readonly breach: string
}

const rules: Readonly<Record<string, Rule>> = {
  "a file's URL becomes a path by fileURLToPath": {
    pattern: /\.pathname\b/,
    why: "the pathname of file:///C:/a%20b is /C:/a%20b, which is no path",
    // Of web addresses; of a path as it may stand in bytes.
    except: /^(setup\/tensorflow\/wheels|engine\/cli\/dataset\/survey|engine\/content\/machine-paths)\.ts$/,
    breach: "resolve(new URL('.', import.meta.url).pathname)",
  },
  "a folder that is removed is tried again": {
    pattern: /\brmSync\((?=[^\n]*recursive)(?![^\n]*maxRetries)/,
    why: "a file in it that a scanner holds makes its removal fail: EBUSY, ENOTEMPTY, EPERM",
    except: /^(stages|bench)\//, // Debian's packages; benchmarks are of Linux
    breach: "rmSync(folder, { recursive: true, force: true })",
  },
  "what is renamed goes through engine/content/rename.ts": {
    pattern: /\brename(Sync)?\(.*\bfs\b|\brenameSync\b|\bfs\.rename\b/,
    why: "a file that a scanner holds cannot be replaced for a moment: EPERM, EBUSY",
    except:
      /^(engine\/content\/rename\.ts|engine\/build\/(build|pack|script)\.mjs|engine\/cli\/doctor\/store\.ts|setup\/)/,
    breach: "renameSync(part, path)",
  },
  "a path is split by what splits it there": {
    pattern: /(path|file|folder|root|module)\w*\)?\.split\("\/"\)/i,
    why: "paths have backslashes: split by node:path's sep, and join by / what goes into keys, labels and locks",
    except: /^engine\/(code\/(shims|steering)|cli\/dataset\/survey)\.ts$/, // of the bundler's own names and of web addresses
    breach: 'relative(root, path).split("/")',
  },
  "a path relative to another is written with slashes": {
    pattern: /\brelative\((?!.*split\(sep\))[^)]*\)\s*$/,
    why: "what goes into keys, labels and messages must be the same everywhere; on another drive it is absolute",
    except: /^engine\/code\/author-frames\.ts$/, // splits what it keeps some lines below
    breach: "const inside = relative(root, path)",
  },
  "npm and its like start through a shell": {
    pattern: /\b(spawn|execFile)(Sync)?\("(npm|npx|yarn|pnpm|tsc|tsx)"/,
    why: "they are .cmd files, which only a shell starts",
    except: /^$/,
    breach: 'spawnSync("npm", ["ci"])',
  },
  "groups of processes are one file's business": {
    pattern: /process\.kill\(-/,
    why: "there are no process groups",
    except: /^engine\/worker\/process-group\.ts$/,
    breach: 'process.kill(-pid, "SIGKILL")',
  },
  "a link to a folder is a junction": {
    pattern: /\bsymlinkSync\((?!.*"junction")/,
    why: "other links need rights that a person does not have",
    except: /^(setup|bench)\//, // links to libraries of Linux; benchmarks are of Linux
    breach: "symlinkSync(target, path)",
  },
  "a module is imported by its URL": {
    pattern: /\bimport\((join|resolve|path)\b/,
    why: "C:\\\\a is taken for an address of the scheme c:",
    except: /^$/,
    breach: "await import(join(root, name))",
  },
}

for (const [law, { pattern, why, except, breach }] of Object.entries(rules)) {
  t.test(law, async (t) => {
    t.match(breach, pattern, "the pattern finds what it is for")
    t.same(
      linesWith(pattern, (path) => !except.test(path)),
      [],
      why,
    )
  })
}

t.test("tests take no URL's pathname for a path", async (t) => {
  const own = /\.url\)\.pathname/
  t.same(
    testFiles.filter((path) => path !== "test/windows.test.ts" && own.test(textOf(path))),
    [],
  )
})

t.test(
  "a rename outlasts who holds a file for a moment, on Windows alone, and no other failure",
  async (t) => {
    const failing = (code: string, times: number) => {
      const calls: Array<string> = []
      const act = (from: string, to: string): void => {
        calls.push(`${from} ${to}`)
        if (calls.length <= times) throw Object.assign(new Error(code), { code })
      }
      return { act, calls }
    }
    for (const code of ["EPERM", "EACCES", "EBUSY"]) {
      const { act, calls } = failing(code, count(2, 5))
      rename("a", "b", act, true)
      t.equal(calls.length, count(3, 6), code)
      const elsewhere = failing(code, 1)
      t.throws(() => rename("a", "b", elsewhere.act, false), { code })
      t.equal(elsewhere.calls.length, 1)
    }
    const { act, calls } = failing("ENOENT", 1)
    t.throws(() => rename("a", "b", act, true), { code: "ENOENT" })
    t.equal(calls.length, 1)
  },
)
