import t from "tap"
import {
  type AnyExperiment,
  bound,
  each,
  experiment,
  file,
  group,
  type Output,
  optional,
  stage,
} from "../../../engine/declare/index.ts"
import { plan } from "../../../engine/plan/plan.ts"
import { fit, nothing, pick, source, untyped } from "../support/small-stages.ts"
import { thrown } from "../support/thrown.ts"

const read = stage("read", {
  params: nothing,
  inputs: { big: optional("file") },
  outputs: { size: "value" },
  run: () => ({ size: 0 }),
})
const all = stage("all", {
  params: nothing,
  inputs: { parts: group("csv") },
  outputs: { size: "value" },
  run: () => ({ size: 0 }),
})

const planning = (wire: () => unknown) => plan(experiment("test", {}, wire) as AnyExperiment, {})

t.test("wrong kinds, roles and wires are refused also where no compiler looked", async (t) => {
  const rows: Output<string> = file("rows.csv") as Output<string>
  const refused: ReadonlyArray<readonly [() => unknown, RegExp]> = [
    [
      () => fit({ rate: 1 }, untyped({ rows })),
      /^fit takes table as "rows", not csv, as rows\.csv is wired: declare rows: "csv" in fit$/,
    ],
    [
      () => fit({ rate: 1 }, untyped({ rows: source({ seed: 1 }).size })),
      /not value, which is what source gives as "size": .*, or wire what fits, "rows" or "other"$/,
    ],
    [
      () => read({}, untyped({ big: rows })),
      /not csv, .*: declare big: optional\("csv"\) in read, or wire it as file\("rows\.csv", "file"\)$/,
    ],
    [() => fit({ rate: 1 }, untyped({})), /fit lacks its input "rows": wire one artifact of kind table/],
    [() => fit({ rate: 1 }, untyped({ rows: source({ seed: 1 }).rows, row: rows })), /no input "row"/],
    [
      () => fit({ rate: 1 }, untyped({ rows: { a: rows } })),
      /takes one artifact as "rows", not several under names: wire one of them \(a\), or declare rows: many\("table"\)/,
    ],
    [
      () => fit({ rate: 1 }, untyped({ rows: source({ seed: 1 }) })),
      /wire one of them \(rows, other, size\)/,
    ],
    [
      () => pick({}, untyped({ scores: rows })),
      /takes artifacts under names as "scores", not one: give it a name, \{ scores: \{ name: output \} \}/,
    ],
    [() => pick({}, untyped({ scores: 7 })), /takes artifacts under names as "scores": wire an output/],
    [
      () => pick({}, untyped({ scores: { a: 7 } })),
      /input "scores" is not an output of a task, but 7: values are params/,
    ],
    [() => all({}, untyped({ parts: rows })), /takes what a group gives as "parts", not one artifact: wire/],
    [() => all({}, untyped({ parts: { a: rows } })), /not artifacts under names: .*parts: many\("csv"\)/],
    [
      () => fit({ rate: 1 }, untyped({ rows: each("some", source({ seed: 1 }).size, () => 1) })),
      /not what the group some gives: declare the role many, group or settled, such as rows: group\("table"\)/,
    ],
    [() => fit({ rate: untyped(bound(untyped(source({ seed: 1 }).rows))) }, untyped({})), /lacks|value/],
    [() => 7, /returns no task/],
  ]
  for (const [wire, message] of refused) {
    t.match(
      thrown(() => planning(wire)),
      { _tag: "DeclarationError", message },
      String(message),
    )
  }
})
