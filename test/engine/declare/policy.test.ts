// What a policy is, which of several counts, and what is refused where it is said.
import fc from "fast-check"
import t from "tap"
import { policiesGiven } from "../../../engine/cli/policy-option.ts"
import { defineConfig, experiment, stage } from "../../../engine/declare/index.ts"
import { type Policy, policyOf } from "../../../engine/declare/policy.ts"
import { plan } from "../../../engine/plan/plan.ts"
import { thrown } from "../support/thrown.ts"

const policy: fc.Arbitrary<Policy> = fc.record(
  { timeout: fc.integer({ min: 1, max: 9 }), retries: fc.nat({ max: 9 }) },
  { requiredKeys: [] },
)

t.test("of each field the first that is said counts, and the stage's own comes last", async (t) => {
  fc.assert(
    fc.property(fc.array(policy, { maxLength: 3 }), policy, (given, definition) => {
      const others = given.map((each) => ({ fit: each, fold: { timeout: 100, retries: 100 } }))
      const found = policyOf({ stageName: "fit", definition }, others)
      for (const [field, none] of [["timeout", Number.POSITIVE_INFINITY] as const, ["retries", 0] as const]) {
        const said = [...given, definition].flatMap((each) => each[field] ?? [])
        t.equal(found[field], said[0] ?? none)
      }
    }),
  )
  const unlimited = policyOf({ stageName: "fit", definition: { timeout: 60 } }, [
    { fit: { timeout: Number.POSITIVE_INFINITY } },
  ])
  t.equal(unlimited.timeout, Number.POSITIVE_INFINITY, "a limit can be taken away")
})

t.test("the command line refuses what is no policy, with what may have been meant", async (t) => {
  const stages = ["fit", "fold"]
  t.same(policiesGiven(["fit.timeout=60", "fit.retries=2", "fold.timeout=1e3", "fit.timeout=61"], stages), {
    fit: { timeout: 61, retries: 2 },
    fold: { timeout: 1000 },
  })
  t.same(policiesGiven(["fit.timeout=Infinity"], stages), { fit: { timeout: Number.POSITIVE_INFINITY } })
  const refused: Readonly<Record<string, RegExp>> = {
    "fti.timeout=1": /^--policy fti\.timeout=1: there is no stage "fti"; did you mean "fit"\?$/,
    "fit.timeuot=1": /a policy has no "timeuot"; did you mean "timeout"\?/,
    "fit.cores=1": /a policy has no "cores"; there are: timeout, retries/,
    "fit.timeout=0": /timeout is 0: a number of seconds above 0/,
    "fit.timeout=": /timeout is "": a number of seconds above 0/,
    "fit.timeout=0x10": /timeout is "0x10"/,
    "fit.retries=1.5": /retries is 1\.5: a whole number from 0 is wanted/,
    "fit.retries=Infinity": /retries is Infinity/,
    "fit.retries=-1": /retries is -1/,
    "fit=1": /write it as STAGE\.name=value/,
    "fit.timeout": /write it as STAGE\.name=value/,
  }
  for (const [text, message] of Object.entries(refused))
    t.match(
      thrown(() => policiesGiven([text], stages)),
      { _tag: "Refusal", message },
      text,
    )
})

t.test("a stage, an experiment and a configuration refuse what is no policy", async (t) => {
  const fit = { params: {} as never, inputs: {}, outputs: {}, run: () => ({}) }
  const wire = () => []
  const refused: ReadonlyArray<readonly [() => unknown, RegExp]> = [
    [() => stage("fit", { ...fit, timeout: -1 }), /^stage "fit": timeout is -1: a number of seconds above 0/],
    [() => stage("fit", { ...fit, retries: "2" as never }), /^stage "fit": retries is "2"/],
    [
      () => experiment("e", {}, wire, { policy: { fit: { timeout: Number.NaN } } }),
      /^experiment "e": policy of "fit": timeout is NaN/,
    ],
    [() => experiment("e", {}, wire, { polcy: {} } as never), /"polcy".*; did you mean "policy"\?/],
    [() => experiment("e", {}, wire, { policy: { fit: 60 } } as never), /policy of "fit" is 60/],
    [
      () => defineConfig({ polices: {} } as never),
      /^defineConfig: there is no field "polices"; did you mean "policy"\?/,
    ],
    [() => defineConfig({ policy: { fit: { retires: 1 } } } as never), /"retires"; did you mean "retries"\?/],
    [() => defineConfig([] as never), /an object is wanted/],
  ]
  for (const [declare, message] of refused) t.match(thrown(declare), { name: "TypeError", message })
  t.same(experiment("e", {}, wire, "what it is").doc, "what it is")
  t.same(experiment("e", {}, wire, { doc: "what it is" }).policy, {})
})

t.test(
  "an experiment's policy for a stage that no module declares is refused when it is planned",
  async (t) => {
    stage("planned-once", { params: {} as never, inputs: {}, outputs: {}, run: () => ({}) })
    const wired = (name: string) => experiment("e", {}, () => [], { policy: { [name]: { retries: 1 } } })
    t.match(
      thrown(() => plan(wired("planned-onec"), {})),
      {
        _tag: "DeclarationError",
        message: /the policy of the experiment "e": .*; did you mean "planned-once"\?/,
      },
    )
    t.match(
      thrown(() => plan(wired("planned-once"), {})),
      { message: /returns no task/ },
      "one that these params do not wire is no mistake",
    )
  },
)
