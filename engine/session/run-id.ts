// What runs are called: names that sort by time, are unique, and are legal file names everywhere.
import { randomBytes } from "node:crypto"

export const runId = (now: Date): string =>
  `${now.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-")}-${randomBytes(3).toString("hex")}`

export const isRunId = (name: string): boolean => /^[0-9]{8}-[0-9]{6}-[0-9a-f]{6}$/.test(name)
