import t from "tap"
import { choose, type Loaders, NoSqlite } from "../../../engine/ledger/sqlite/choose.ts"
import type { Driver } from "../../../engine/ledger/sqlite/driver.ts"
import { thrown } from "../support/thrown.ts"

const driver = (name: Driver["name"]): Driver => ({ name }) as Driver
const failing = (message: string, code?: string) => (): never => {
  throw Object.assign(new Error(message), { code })
}

const both: Loaders = {
  "better-sqlite3": () => driver("better-sqlite3"),
  "node:sqlite": () => driver("node:sqlite"),
}
const without = failing("No such built-in module: node:sqlite", "ERR_UNKNOWN_BUILTIN_MODULE")

/** What the package throws, and what is said of it. */
const failures = [
  {
    load: failing(
      "Cannot find module 'better-sqlite3'\nRequire stack:\n- /somewhere/pipeline.js",
      "MODULE_NOT_FOUND",
    ),
    because: "it is not installed",
    remedy: "npm install again",
  },
  {
    load: failing(
      "Could not locate the bindings file. Tried:\n → /somewhere/better_sqlite3.node\n → /elsewhere",
    ),
    because: "its binary is missing",
    remedy: "npm rebuild better-sqlite3",
  },
  {
    load: failing(
      "The module '/somewhere/better_sqlite3.node'\nwas compiled against a different Node.js version using\nNODE_MODULE_VERSION 115. This version of Node.js requires\nNODE_MODULE_VERSION 147.",
      "ERR_DLOPEN_FAILED",
    ),
    because: "its binary is for another version of Node",
    remedy: "npm rebuild better-sqlite3",
  },
  {
    load: failing(`invalid ELF header\n${"x".repeat(1000)}`, "ERR_DLOPEN_FAILED"),
    because: "invalid ELF header",
    remedy: "npm rebuild better-sqlite3",
  },
]

t.test(
  "better-sqlite3 is the first choice; where it does not load it is node:sqlite, and why is told",
  async (t) => {
    t.match(choose(both, undefined), { driver: { name: "better-sqlite3" }, because: undefined })
    for (const { load, because } of failures)
      t.match(choose({ ...both, "better-sqlite3": load }, undefined), {
        driver: { name: "node:sqlite" },
        because: `better-sqlite3 does not load: ${because}`,
      })
  },
)

t.test(
  "where neither loads, one sentence says so and what to do, whatever the loader's message",
  async (t) => {
    for (const { load, because, remedy } of failures) {
      const failure = thrown(() => choose({ "better-sqlite3": load, "node:sqlite": without }, ""))
      t.ok(failure instanceof NoSqlite)
      t.match(failure, { _tag: "LedgerError" })
      t.equal(
        (failure as Error).message,
        `there is no SQLite: better-sqlite3 does not load: ${because}, and Node ${process.versions.node} has no node:sqlite; use Node 22.13 or later, or run ${remedy}, which needs a C++ compiler and Python where no binary can be downloaded`,
      )
    }
  },
)

t.test("a driver that is asked for by name is the one that is used, or none", async (t) => {
  for (const name of ["better-sqlite3", "node:sqlite"] as const)
    t.match(choose(both, name), { driver: { name }, because: `REFOLD_SQLITE=${name} asks for it` })
  t.throws(() => choose({ ...both, "node:sqlite": without }, "node:sqlite"), {
    message: `REFOLD_SQLITE=node:sqlite does not load: Node ${process.versions.node} does not have it; unset the variable`,
  })
  t.throws(() => choose(both, "sqlite4"), {
    message: "REFOLD_SQLITE=sqlite4 names no driver; it takes better-sqlite3 or node:sqlite",
  })
})
