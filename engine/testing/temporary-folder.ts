// Temporary folders that are removed when their test ends, and files written into them.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

/** The part of a test that these helpers need; tap's tests have it. */
export interface Teardown {
  readonly teardown: (end: () => unknown) => unknown
}

export function temporaryFolder(t: Teardown): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "refold-test-")))
  t.teardown(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** Writes files by their path relative to `folder`. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}
