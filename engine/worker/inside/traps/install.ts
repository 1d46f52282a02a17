// Installs all traps in this process, once. They are down until a guard is entered, and cost next to nothing then.
import { syncBuiltinESMExports } from "node:module"
import { trapClocks } from "./clocks.ts"
import { trapEnvironment } from "./environment.ts"
import { trapFiles } from "./files.ts"
import { trapLasting } from "./lasting.ts"
import { trapLocale } from "./locale.ts"
import { trapMachine } from "./machine.ts"
import { trapNetwork } from "./network.ts"
import { trapProcesses } from "./processes.ts"
import { trapRandomness } from "./randomness.ts"

let isInstalled = false

/** To be called before any stage is imported. */
export function install(): void {
  if (isInstalled) return
  isInstalled = true
  trapRandomness()
  trapClocks()
  trapNetwork()
  trapFiles()
  trapProcesses()
  trapMachine()
  trapEnvironment()
  trapLasting()
  trapLocale()
  syncBuiltinESMExports()
}
