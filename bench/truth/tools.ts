// The tools, in the order of the table's columns.
import { doit } from "./doit.ts"
import { dvc } from "./dvc.ts"
import { make } from "./make.ts"
import { redun } from "./redun.ts"
import { refold } from "./refold.ts"
import { snakemake } from "./snakemake.ts"
import type { Tool } from "./tool.ts"
import { wireit } from "./wireit.ts"

export const tools: ReadonlyArray<Tool> = [refold, dvc, snakemake, redun, wireit, make, doit]
