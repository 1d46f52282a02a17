// What a policy is, which of several counts, and what is refused where it is said.
import fc from "fast-check"
import t from "tap"
import { policiesGiven } from "../../../../engine/cli/policy-option.ts"
import { defineConfig, experiment, stage } from "../../../../engine/declare/index.ts"
import { type Policy, policyOf } from "../../../../engine/declare/policy/policy.ts"
import { plan } from "../../../../engine/plan/plan.ts"
import { thrown } from "../../support/thrown.ts"

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
  const kept = policyOf({ stageName: "fit", definition: { resources: { cores: 2, memory: "1GB" } } }, [
    { fit: { resources: { memory: "2GB" }, mutex: "" } },
    { fit: { mutex: "gpu" } },
  ])
  t.match(kept, { cores: 2, memory: 2e9, mutex: undefined }, "also within resources; an empty mutex is none")
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
  t.same(
    policiesGiven(
      ["fit.resources.cores=2", "fit.resources.memory=1.5 GB", "fit.mutex=gpu", "fold.mutex="],
      stages,
    ),
    { fit: { resources: { cores: 2, memory: "1.5 GB" }, mutex: "gpu" }, fold: { mutex: "" } },
  )
  t.same(policiesGiven(["fit.timeout=Infinity"], stages), { fit: { timeout: Number.POSITIVE_INFINITY } })
  const refused: Readonly<Record<string, RegExp>> = {
    "fti.timeout=1": /^--policy fti\.timeout=1: there is no stage "fti"; did you mean "fit"\?$/,
    "fit.timeuot=1": /a policy has no "timeuot"; did you mean "timeout"\?/,
    "fit.cores=1": /a policy has no "cores"; did you mean "resources\.cores"\?/,
    "fit.resources.memroy=1GB": /a policy has no "resources\.memroy"; did you mean "resources\.memory"\?/,
    "fit.resources=1": /a policy has no "resources"/,
    "fit.resources.cores=0": /resources\.cores is 0: a whole number from 1 is wanted/,
    "fit.resources.memory=2": /resources\.memory is "2": a size is wanted, such as 5GB/,
    "fit.mutex=GPU 1": /mutex is "GPU 1": a name of lower-case letters, digits and hyphens/,
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
    [() => stage("fit", { ...fit, resources: 2 as never }), /resources is 2: \{ cores, memory \} is wanted/],
    [
      () => stage("fit", { ...fit, resources: { memory: "2 apples" as never } }),
      /^stage "fit": resources\.memory is "2 apples": a size is wanted/,
    ],
    [() => defineConfig({ artifacts: " " }), /artifacts is " ": the path of a folder is wanted/],
    [() => defineConfig({ data: 1 as never }), /data is 1: the path of a folder is wanted/],
    [() => defineConfig({ limits: { memory: "0GB" } }), /limits\.memory is "0GB": a size is wanted/],
    [
      () => defineConfig({ limits: { api: { stage: ["a"] } as never } }),
      /limits\.api has no "stage"; did you mean "stages"\?/,
    ],
    [
      () => defineConfig({ limits: { api: { stages: [], atOnce: 1 } } }),
      /limits\.api\.stages is an empty list: a list of names of stages is wanted/,
    ],
    [
      () => defineConfig({ limits: { api: { stages: ["a"], perMinute: 0.5 } } }),
      /limits\.api\.perMinute is 0\.5: a whole number from 1 is wanted/,
    ],
    [
      () => defineConfig({ limits: { api: { stages: ["a"] } } }),
      /limits\.api bounds nothing: atOnce or perMinute is wanted/,
    ],
    [() => defineConfig({ limits: { api: "5GB" } }), /limits\.api is "5GB": \{ stages, atOnce, perMinute \}/],
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
