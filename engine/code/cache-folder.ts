// Where a project keeps what can be made again, such as bundles: under node_modules, which nobody commits.
import { join } from "node:path"

export const cacheFolder = (root: string): string => join(root, "node_modules", ".cache", "refold")
