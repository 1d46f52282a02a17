// Test files that some processes share: each takes the next that none has taken, until none is left. Of a file that is taken there
// is a folder, named by its place in the list; the list, and where those folders are, come from main.mjs.
import { mkdirSync } from "node:fs"
import { join, resolve } from "node:path"

/** @param t tap's own; what a file tears down with it goes when that file's tests have ended */
export async function takeInTurn(t) {
  const { files, folder } = JSON.parse(process.env.REFOLD_TEST_QUEUE ?? '{"files":[]}')
  t.setTimeout(3_600_000) // .taprc's is for one file
  let left = []
  t.teardown = (tearDown) => void left.push(tearDown)
  let taken
  process.on("exit", () => {
    if (taken === undefined) return
    process.exitCode = 1
    console.error(`${taken} ended the process that other files were to have after it`)
  })
  for (const [at, file] of files.entries()) {
    if (!isFirst(join(folder, String(at)))) continue
    taken = file
    await import(resolve(file))
    await t.test(`${file} has ended`, async (t) => {
      for (const tearDown of left.reverse()) await tearDown()
      left = []
      t.pass()
    })
  }
  taken = undefined
  t.pass("none is left")
}

function isFirst(folder) {
  try {
    mkdirSync(folder)
    return true
  } catch (failure) {
    if (failure.code !== "EEXIST") throw failure
    return false
  }
}
