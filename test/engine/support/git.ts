// Git in a folder of a test's own, whatever the person who runs it has configured.
import { execFileSync } from "node:child_process"
import { devNull } from "node:os"

const as = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "core.autocrlf=false"]

/** @returns what it prints */
export const gitIn = (folder: string, ...args: ReadonlyArray<string>): string =>
  execFileSync("git", [...as, ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: "1" },
  })
