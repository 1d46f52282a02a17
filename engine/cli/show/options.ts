// What `show` may be asked of groups, as options of the command line.
import * as Options from "@effect/cli/Options"
import * as Option from "effect/Option"
import type { Direction } from "../../declare/policy/best.ts"
import { suggest } from "../../declare/suggest.ts"
import { badUsage } from "../failures.ts"
import type { Asked } from "./choice.ts"

export const groupOptions = {
  by: Options.text("by").pipe(
    Options.withPseudoName("AXIS[,AXIS]"),
    Options.withDescription("Groups cells by these axes of their labels, and averages over the others"),
    Options.optional,
  ),
  metric: Options.text("metric").pipe(
    Options.withPseudoName("NAME"),
    Options.withDescription("Of groups, all that there is of this metric: NAME, or STAGE.NAME"),
    Options.optional,
  ),
  curve: Options.boolean("curve").pipe(
    Options.withDescription("Groups step by step, rather than at the last one"),
  ),
  best: Options.text("best").pipe(
    Options.withPseudoName("max|min"),
    Options.withDescription("Which end of --metric is the better one: its best step counts, not its last"),
    Options.optional,
  ),
}

interface Given {
  readonly by: Option.Option<string>
  readonly metric: Option.Option<string>
  readonly curve: boolean
  readonly best: Option.Option<string>
}

/** @returns undefined where nothing is asked of groups. @throws Refusal for what makes no sense */
export function askedOf({ by, metric, curve, best }: Given): Asked | undefined {
  const axes = Option.getOrUndefined(by)
  const asked = {
    by: axes?.split(","),
    metric: Option.getOrUndefined(metric),
    curve,
    best: Option.match(best, { onNone: () => undefined, onSome: directionOf }),
  }
  if (asked.best !== undefined && asked.metric === undefined)
    throw badUsage("--best goes with --metric NAME: which end is the better one is said of one metric")
  if (asked.best !== undefined && curve)
    throw badUsage("--best and --curve: one takes a step, the other all of them")
  return axes === undefined && asked.metric === undefined && !curve ? undefined : asked
}

function directionOf(text: string): Direction {
  if (text === "max" || text === "min") return text
  throw badUsage(`--best ${text}: max or min is wanted${suggest(text, ["max", "min"])}`)
}
