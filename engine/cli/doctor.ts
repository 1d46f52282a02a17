// `doctor`: what this machine can do, thing by thing, with what would help. Exit 0 when the default job can run.
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { cacheFolder } from "../code/cache-folder.ts"
import { foldersOf, noConfig, projectConfig } from "../session/config.ts"
import { expectedLater } from "../session/expected.ts"
import { repairLedger } from "../session/repair/repair.ts"
import { type CommandContext, placeOf } from "./context.ts"
import { config } from "./doctor/config.ts"
import { type Asked, broken, type Finding, type Probe } from "./doctor/finding.ts"
import { ledger } from "./doctor/ledger.ts"
import { locks } from "./doctor/locks.ts"
import { machine } from "./doctor/machine.ts"
import { repairLines } from "./doctor/repair-lines.ts"
import { store } from "./doctor/store.ts"
import { badUsage, NotReady } from "./failures.ts"
import { artifacts, data, json } from "./options.ts"
import { print } from "./output.ts"

const seconds = Options.integer("seconds").pipe(
  Options.withPseudoName("N"),
  Options.withDescription("How long each backend is measured (default: 2; 0 leaves it out)"),
  Options.withDefault(2),
)

const repair = Options.boolean("repair").pipe(
  Options.withDescription(
    "Sets a damaged ledger aside, and makes a new one of what it, lock files and folders of runs still tell",
  ),
)

/** What the default job does without, whatever its state. */
const spared = "lock files"

export const doctorCommand = (context: CommandContext) =>
  Command.make("doctor", { seconds, repair, artifacts, data, json }, (given) =>
    Effect.gen(function* () {
      if (given.repair) {
        const repaired = yield* repairLedger(yield* placeOf(context, given))
        if (given.json) print(JSON.stringify(repaired))
        else for (const line of repairLines(repaired)) print(line)
        return
      }
      if (given.seconds < 0) return yield* Effect.fail(badUsage(`--seconds ${given.seconds}: 0 or more`))
      const configured = yield* Effect.promise(() => projectConfig(context.root).catch(() => noConfig))
      const { artifacts, data } = foldersOf(context.root, configured, {
        artifacts: Option.getOrUndefined(given.artifacts),
        data: Option.getOrUndefined(given.data),
      })
      const asked: Asked = {
        root: context.root,
        artifacts: artifacts.path,
        cache: cacheFolder(context.root),
        data: data?.path,
        by: { artifacts: artifacts.by, data: data?.by },
        seconds: given.seconds,
      }
      const further = yield* expectedLater(context.probes)
      let failed = 0
      for (const { about, ask } of [machine, store, ledger, config, ...further, locks(context.numerics)]) {
        const findings = yield* Effect.promise(() => answered(about, ask, asked))
        if (about !== spared) failed += findings.filter(({ status }) => status === "broken").length
        if (given.json) for (const finding of findings) print(JSON.stringify({ about, ...finding }))
        else print(`${about}\n${lines(findings)}\n`)
      }
      const ready = failed === 0
      if (given.json) print(JSON.stringify({ ready, failed }))
      else print(ready ? "the default job can run" : `the default job cannot run: see what is broken above`)
      if (!ready) return yield* Effect.fail(new NotReady())
    }),
  ).pipe(
    Command.withDescription(
      "Says what this machine can do: backends, store, ledger, data, fonts, lock files; repairs a damaged ledger",
    ),
  )

/** A probe that fails is a finding too. */
const answered = (about: string, ask: Probe["ask"], asked: Asked): Promise<ReadonlyArray<Finding>> =>
  ask(asked).catch((failure: Error) => [broken(about, failure.message, "install the packages again: npm ci")])

function lines(findings: ReadonlyArray<Finding>): string {
  const width = findings.reduce((width, { name }) => Math.max(width, name.length), 0)
  const status = { ok: "ok      ", missing: "–       ", broken: "BROKEN  " } as const
  return findings
    .flatMap((finding) => {
      const indent = " ".repeat(12 + width)
      const help = finding.remedy === null ? [] : [`${indent}→ ${finding.remedy}`]
      return [`  ${status[finding.status]}${finding.name.padEnd(width)}  ${finding.found}`, ...help]
    })
    .join("\n")
}
