// What a store let go of, why, and how dear that is to make again.
import type { EventOf } from "../events.ts"
import { counted } from "./counted.ts"
import { duration } from "./reasons.ts"
import { sizeText } from "./sizes.ts"

type Group = EventOf<"let-go">["groups"][number]

/** `14 artifacts of train  1.8 MB: no run of the last 3 reaches them; 12 s to make again`. */
export function groupText(
  { stage, why, artifacts, bytes, seconds }: Group,
  { keepRuns, keep }: { readonly keepRuns: number; readonly keep: number | null },
): string {
  const of = stage === null ? "" : ` of ${stage}`
  const again =
    seconds === null ? "nobody knows how long they take to make again" : `${duration(seconds)} to make again`
  return `${counted(artifacts, "artifact")}${of}  ${sizeText(bytes)}: ${whyText(why, keepRuns, keep)}${why === "no-result" ? "" : `; ${again}`}`
}

function whyText(why: Group["why"], keepRuns: number, keep: number | null): string {
  switch (why) {
    case "no-run":
      if (keepRuns < 2) return keepRuns === 1 ? "the last run does not reach them" : "no run keeps them"
      return `no run of the last ${keepRuns} reaches them`
    case "finished-chain":
      return "states of finished chains, between those that stay"
    case "no-result":
      return "no result names them"
    case "bound":
      return `the store may take ${sizeText(keep ?? 0)}`
  }
}

/** `locks hold 1.2 GB, pins 300.0 MB`; empty where nobody holds anything. */
function holdingText(holding: EventOf<"let-go">["holding"], running: string): string {
  const names = {
    locks: "locks",
    pins: "pins",
    running,
    observed: "what was observed",
    orphans: "a ledger that was lost",
  } as const
  return (["locks", "pins", "running", "observed", "orphans"] as const)
    .filter((by) => holding[by] > 0)
    .map((by, i) => `${names[by]} ${i === 0 ? "hold " : ""}${sizeText(holding[by])}`)
    .join(", ")
}

/**
 * What a store takes beside its bound, and who holds the rest where it takes more.
 *
 * @param running what holds things since it goes on
 */
export function boundText(
  { takes, keep, holding }: { readonly takes: number } & Pick<EventOf<"let-go">, "keep" | "holding">,
  running = "pipelines that run",
): string {
  if (takes <= keep) return `the store takes ${sizeText(takes)}, keep is ${sizeText(keep)}`
  const holds = holdingText(holding, running)
  return `the store takes ${sizeText(takes)}, more than the ${sizeText(keep)} of keep${holds === "" ? "" : `: ${holds}`}`
}

/** One line: what went at a run's end. */
export function letGoLine({
  artifacts,
  bytes,
  groups,
  takes,
  keep,
  holding,
  failure,
}: EventOf<"let-go">): string {
  const byStage = new Map<string | null, number>()
  for (const group of groups) byStage.set(group.stage, (byStage.get(group.stage) ?? 0) + group.artifacts)
  const what = [...byStage].map(
    ([stage, count]) =>
      `${counted(count, "artifact")} ${stage === null ? "that no result names" : `of ${stage}`}`,
  )
  const parts = [
    artifacts === 0 ? "let go of nothing" : `let go of ${sizeText(bytes)}: ${what.join(", ")}`,
    ...(takes === null ? [] : [boundText({ takes, keep, holding }, "this run and others that go on")]),
    ...(failure === null ? [] : [`not all that may go went: ${failure}`]),
  ]
  return `  ${parts.join("; ")}`
}
