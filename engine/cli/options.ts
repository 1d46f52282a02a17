// Options that several commands share.
import { availableParallelism } from "node:os"
import * as Options from "@effect/cli/Options"
import * as Option from "effect/Option"

/** An empty one would be the current folder: it comes of a shell variable that is not set. */
const folder = (name: string) =>
  Options.text(name).pipe(
    Options.filterMap(
      (path) => (path.trim() === "" ? Option.none() : Option.some(path)),
      `--${name} is given an empty name (a shell variable that is not set?): name a folder, or leave the option out`,
    ),
  )

export const artifacts = folder("artifacts").pipe(
  Options.withPseudoName("DIR"),
  Options.withDescription("Where artifacts and the ledger are kept (default: artifacts/ in the project)"),
  Options.optional,
)
export const exp = Options.text("exp").pipe(
  Options.withPseudoName("NAME"),
  Options.withDescription("The experiment: a module in experiments/, or a path to one"),
)
export const against = Options.text("against").pipe(
  Options.withPseudoName("REF"),
  Options.withDescription("Compares the metrics with those in the lock file of a git branch, tag or commit"),
)
export const set = Options.text("set").pipe(
  Options.withPseudoName("path=value"),
  Options.withDescription("Sets a param of the experiment; may be given again"),
  Options.repeated,
)
export const json = Options.boolean("json").pipe(
  Options.withDescription("Prints one JSON object a line, and nothing else, on standard output"),
)
export const verbose = Options.boolean("verbose").pipe(Options.withDescription("Shows stack traces"))
export const data = folder("data").pipe(
  Options.withPseudoName("DIR"),
  Options.withDescription("A folder to look for data in first; never in a key"),
  Options.optional,
)
export const worker = Options.text("worker").pipe(
  Options.withPseudoName("CMD"),
  Options.withDescription("What starts a worker instead of this Node, such as 'qemu-aarch64-static ./node'"),
  Options.optional,
)
export const jobs = Options.integer("jobs").pipe(
  Options.withPseudoName("N"),
  Options.withDescription(
    `How many tasks run at once (default: ${availableParallelism()}, the cores at hand)`,
  ),
  Options.withDefault(availableParallelism()),
)
export const force = Options.text("force").pipe(
  Options.withPseudoName("NAME"),
  Options.withDescription(
    "Runs the tasks of a stage or a group, or one task, although they are cached; may be given again",
  ),
  Options.repeated,
)
export const rehash = Options.boolean("rehash").pipe(
  Options.withDescription("Reads every local file that is an input, however unchanged the disk says it is"),
)

export const policy = Options.text("policy").pipe(
  Options.withPseudoName("STAGE.name=value"),
  Options.withDescription(
    "Sets timeout (seconds), retries, resources.cores, resources.memory or mutex of a stage's tasks; may be given again; in no key",
  ),
  Options.repeated,
)

/** An option of the commands that compute, or ask what would be computed; none where the program offers no choice. */
export const kernels = Options.text("kernels").pipe(
  Options.withPseudoName("NAME"),
  Options.withDescription(
    "native or portable, which give the same bits: native where setup:native has made it (verify: portable)",
  ),
  Options.optional,
)
export const backend = Options.text("backend").pipe(
  Options.withPseudoName("NAME"),
  Options.withDescription("What computes: wasm (default, bit-exact), tensorflow, cpu, or auto"),
  Options.optional,
)
