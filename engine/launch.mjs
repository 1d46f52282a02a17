#!/usr/bin/env node
// Starts the pipeline: brings dist/ up to date when this is a source checkout, then hands over to it.
import { existsSync } from "node:fs"

const source = new URL("../pipeline.ts", import.meta.url)
if (existsSync(source)) await (await import("./build.mjs")).freshen()
await import(new URL("../dist/pipeline.mjs", import.meta.url).href)
