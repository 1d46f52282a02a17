// What the projects for wireit and for Refold share: packages as npm lays them out, with a lock file.

import { all, write } from "./steps.ts"
import type { Step } from "./tool.ts"

const manifest = (name: string, version: string): string =>
  `${JSON.stringify({ name, version, main: "index.js" }, null, 2)}\n`

const tally = (version: string): string =>
  `exports.tally = (words) => words.length${version === "1.0.0" ? "" : " + 1"}\n`

interface Locked {
  readonly tally: string
  readonly other: string
}

export function lockText({ tally, other }: Locked, indentation = 2): string {
  const entry = (name: string, version: string) => ({
    version,
    resolved: `https://registry.example/${name}-${version}.tgz`,
    integrity: `sha512-${Buffer.from(`${name}@${version}`).toString("base64")}`,
  })
  const lock = {
    name: "lab",
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": { name: "lab", dependencies: { other: "1", tally: "1" } },
      "node_modules/other": entry("other", other),
      "node_modules/tally": entry("tally", tally),
    },
  }
  return `${JSON.stringify(lock, null, indentation)}\n`
}

/** `other` is installed, and nothing imports it. */
export const packages: Readonly<Record<string, string>> = {
  "node_modules/tally/package.json": manifest("tally", "1.0.0"),
  "node_modules/tally/index.js": tally("1.0.0"),
  "node_modules/other/package.json": manifest("other", "1.0.0"),
  "node_modules/other/index.js": "exports.other = 1\n",
  "package-lock.json": lockText({ tally: "1.0.0", other: "1.0.0" }),
}

export const installTally = (version: string): Step =>
  all(
    write("node_modules/tally/package.json", manifest("tally", version)),
    write("node_modules/tally/index.js", tally(version)),
  )
export const installOther = (version: string): Step =>
  all(
    write("node_modules/other/package.json", manifest("other", version)),
    write("node_modules/other/index.js", `exports.other = "${version}"\n`),
  )
export const lockPackages = (tally: string, other: string): Step =>
  write("package-lock.json", lockText({ tally, other }))
