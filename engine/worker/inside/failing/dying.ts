// What ends a worker, told before it does: something that was thrown in a callback, or a rejection that nobody caught.
import { join } from "node:path"
import { inspect } from "node:util"
import { writeWhole } from "../../../store/whole-file.ts"
import { thrownFileName } from "../../protocol.ts"
import { lower } from "../traps/guard.ts"
import { describeThrown, orNothing } from "./thrown.ts"

/**
 * @param folder of the attempt at hand
 * @param takes what was thrown, where one of several attempts in this process is known to be at fault: then nothing ends
 */
export function tellWhatEnds(folder: () => string | undefined, takes: (thrown: unknown) => boolean): void {
  process.on("uncaughtException", (failure) => {
    if (takes(failure)) return
    lower()
    const at = folder()
    if (at !== undefined)
      orNothing(() => writeWhole(join(at, thrownFileName), JSON.stringify(describeThrown(failure))))
    // What Node writes itself begins with the line of code: of a bundle, all of it.
    process.stderr.write(
      `${orNothing(() => inspect(failure)) ?? "something was thrown that cannot be shown"}\n`,
    )
    process.exit(1)
  })
}
