import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import t, { type Test } from "tap"
import {
  openSqlite,
  openSqliteBytes,
  type Sqlite,
  SqliteError,
} from "../../../engine/ledger/sqlite/sqlite.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { drivers } from "../support/drivers.ts"

t.ok(drivers.length > 0, "there is a driver")

const closing = (t: Test, database: Sqlite): Sqlite => {
  t.teardown(() => database.close())
  return database
}
const codeOf = (act: () => unknown): string => {
  try {
    act()
    return "nothing thrown"
  } catch (failure) {
    return failure instanceof SqliteError ? failure.code : `${failure}`
  }
}

for (const driver of drivers) {
  const opened = (t: Test, path: string, options = {}) => closing(t, openSqlite(path, { ...options, driver }))
  const numbers = (database: Sqlite) => database.prepare("SELECT n FROM numbers ORDER BY n").all()
  const withNumbers = (t: Test, path = ":memory:"): Sqlite => {
    const database = opened(t, path)
    database.exec("CREATE TABLE numbers (n INTEGER PRIMARY KEY); INSERT INTO numbers VALUES (1)")
    return database
  }

  t.test(`${driver.name}: a value comes back as it went in, in a plain row`, async (t) => {
    const database = opened(t, ":memory:")
    database.exec("CREATE TABLE held (text, whole, broken, absent, bytes)")
    const values = ["é\n🙂", 2 ** 53 - 1, 0.1, null, Uint8Array.of(0, 255)] as const
    t.equal(database.prepare("INSERT INTO held VALUES (?, ?, ?, ?, ?)").run(...values), 1)
    const [text, whole, broken, absent, bytes] = values
    const row = database.prepare("SELECT * FROM held").get()!
    t.same(
      { ...row, bytes: [...(row.bytes as Uint8Array)] },
      { text, whole, broken, absent, bytes: [...bytes] },
    )
    t.equal(Object.getPrototypeOf(row), Object.prototype)
    t.equal(Object.getPrototypeOf(database.prepare("SELECT * FROM held").all()[0]), Object.prototype)
    t.equal(database.prepare("SELECT * FROM held WHERE whole = ?").get(1), undefined)
    const named = database.prepare<[{ a: number; b: string | null }]>("SELECT @a AS a, @b AS b")
    t.same(named.get({ a: 1, b: null }), { a: 1, b: null })
    t.equal(database.pragma("user_version = 7"), undefined)
    t.equal(database.pragma("user_version"), 7)
  })

  t.test(
    `${driver.name}: what throws within a transaction undoes it all, a part within it that part alone`,
    async (t) => {
      const database = withNumbers(t)
      const insert = database.prepare<[number]>("INSERT INTO numbers VALUES (?)")
      const no = new Error("no")
      const failing = (n: number) => (): never => {
        insert.run(n)
        throw no
      }
      for (const mode of ["deferred", "immediate", "exclusive"] as const) {
        t.throws(() => database.transaction(mode, failing(2)), no)
        t.same(numbers(database), [{ n: 1 }])
      }
      const value = database.transaction("immediate", () => {
        insert.run(3)
        t.throws(() => database.transaction("immediate", failing(4)), no)
        database.transaction("deferred", () => insert.run(5))
        return "value"
      })
      t.equal(value, "value")
      t.same(numbers(database), [{ n: 1 }, { n: 3 }, { n: 5 }])
    },
  )

  t.test(`${driver.name}: what SQLite refuses is told by its code`, async (t) => {
    const folder = temporaryFolder(t)
    const path = join(folder, "one.sqlite")
    const database = withNumbers(t, path)
    const insert = "INSERT INTO numbers VALUES (1)"
    t.equal(
      codeOf(() => database.exec(insert)),
      "SQLITE_CONSTRAINT",
    )
    t.equal(
      codeOf(() => database.prepare("SELEC")),
      "SQLITE_ERROR",
    )
    t.equal(
      codeOf(() => opened(t, path, { readonly: true }).exec(insert)),
      "SQLITE_READONLY",
    )
    t.equal(
      codeOf(() => opened(t, join(folder, "absent"), { readonly: true })),
      "SQLITE_CANTOPEN",
    )
    t.equal(
      codeOf(() => opened(t, join(folder, "absent", "one.sqlite"))),
      "SQLITE_CANTOPEN",
    )
    database.transaction("immediate", () => {
      const other = opened(t, path, { timeout: 0 })
      t.equal(
        codeOf(() => other.exec("BEGIN IMMEDIATE")),
        "SQLITE_BUSY",
      )
    })
    writeFileSync(join(folder, "text"), "this is no database, but a text of some length\n".repeat(20))
    t.equal(
      codeOf(() => opened(t, join(folder, "text")).pragma("user_version")),
      "SQLITE_NOTADB",
    )
    writeFileSync(join(folder, "torn"), readFileSync(path).fill(255, 4096))
    t.equal(
      codeOf(() => numbers(opened(t, join(folder, "torn")))),
      "SQLITE_CORRUPT",
    )
  })

  t.test(
    `${driver.name}: where the disk is full the transaction is undone, and the next one is whole`,
    async (t) => {
      const database = withNumbers(t, join(temporaryFolder(t), "one.sqlite"))
      database.pragma("max_page_count = 3")
      const fill = (): void => {
        for (let n = 2; n < 10_000; n++) database.prepare<[number]>("INSERT INTO numbers VALUES (?)").run(n)
      }
      t.equal(
        codeOf(() => database.transaction("immediate", fill)),
        "SQLITE_FULL",
      )
      t.same(numbers(database), [{ n: 1 }])
      database.transaction("immediate", () => database.exec("INSERT INTO numbers VALUES (2)"))
      t.same(numbers(database), [{ n: 1 }, { n: 2 }])
    },
  )

  t.test(
    `${driver.name}: the bytes of a file open in memory, can be written to there, and the file stays`,
    async (t) => {
      const path = join(temporaryFolder(t), "one.sqlite")
      const database = openSqlite(path, { driver })
      database.pragma("journal_mode = WAL")
      database.exec("CREATE TABLE numbers (n INTEGER PRIMARY KEY); INSERT INTO numbers VALUES (1)")
      database.close()
      const bytes = readFileSync(path)
      const before = readdirSync(tmpdir())
      const copy = openSqliteBytes(bytes, driver)
      t.same(numbers(copy), [{ n: 1 }])
      copy.transaction("immediate", () => {
        for (let n = 2; n <= 5_000; n++) copy.prepare<[number]>("INSERT INTO numbers VALUES (?)").run(n)
      })
      t.equal(numbers(copy).length, 5_000)
      copy.close()
      t.same(
        readdirSync(tmpdir()).filter((name) => name.startsWith("refold-ledger-") && !before.includes(name)),
        [],
      )
      t.ok(readFileSync(path).equals(bytes))
      t.same(bytes.subarray(18, 20), Buffer.of(2, 2), "the given bytes are left as they were")
      t.equal(
        codeOf(() => numbers(closing(t, openSqliteBytes(Buffer.from("no database".repeat(100)), driver)))),
        "SQLITE_NOTADB",
      )
    },
  )
}
