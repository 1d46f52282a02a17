// All edits, in the order of the table.
import type { Edit } from "../tool.ts"
import { codeEdits } from "./code.ts"
import { conditionEdits } from "./conditions.ts"
import { fileEdits } from "./files.ts"
import { folderEdits } from "./folders.ts"
import { groupEdits } from "./groups.ts"
import { surroundings } from "./surroundings.ts"
import { wireEdits } from "./wires.ts"

export const edits: ReadonlyArray<Edit> = [
  ...codeEdits,
  ...wireEdits,
  ...fileEdits,
  ...folderEdits,
  ...groupEdits,
  ...conditionEdits,
  ...surroundings,
]
