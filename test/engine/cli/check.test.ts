// in turn: it starts processes.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { repository } from "../../../engine/testing/command.ts"
import { project } from "../../../engine/testing/project.ts"

const survey = {
  "stages/ask.ts": `
import { Schema } from "effect"
import { stage } from "refold"
export const ask = stage("ask", {
  params: Schema.Struct({ people: Schema.Int, broken: Schema.Boolean }), inputs: {}, outputs: { answers: "table:answers" },
  run: ({ params: { people, broken } }) => {
    if (broken) throw new Error("no answers today")
    const row = { question: "pairs of people", names: "pairs", "how it follows": \`n (n − 1) / 2, n = \${people}\` }
    return { answers: [
      { ...row, answer: (people * (people - 1)) / 2 },
      { ...row, answer: people * (people - 1), mistake: "each pair is counted twice" },
      { question: "grid", answer: \`\${people} × 2\`, "how it follows": "secretly" },
      { question: "why", answer: "since it is so", open: true, "how it follows": "" },
    ] }
  },
})
export const other = stage("other", {
  params: Schema.Struct({}), inputs: {}, outputs: { never: "json" },
  run: () => { throw new Error("this has no part in the answers") },
})`,
  "experiments/survey.ts": `
import { Schema } from "effect"
import { experiment } from "refold"
import { ask, other } from "../stages/ask.ts"
const people = Schema.Int.annotations({ default: 12345, description: "people asked" })
export default experiment("survey", { people, broken: Schema.Boolean.annotations({ default: false }) }, (p) =>
  ({ answers: ask(p, {}).answers, other: other({}, {}) }), "A survey")`,
  "package.json": `{ "type": "module" }`,
}

t.test(
  "answers of anybody's stage are checked: right is 0, wrong 3 with what it comes from, unknown 2",
  async (t) => {
    const lab = project(t, survey)
    const right = await lab.plain("check", "--exp", "survey", "--set", "people=40", "pairs=780", "grid=40×2")
    t.same([right.code, right.stderr], [0, ""])
    t.match(
      right.stdout,
      /^right {3}pairs of people: 780\n {8}how it follows: n \(n − 1\) \/ 2, n = 40\nright {3}grid: 40 × 2\n/,
    )

    const wrong = await lab.plain(
      "check",
      "pairs=1,560",
      "3=because",
      "--exp",
      "survey",
      "--set",
      "people=40",
    )
    t.equal(wrong.code, 3)
    t.match(wrong.stdout, /wrong {3}pairs of people: 1,560\n {8}each pair is counted twice\n/)
    t.match(wrong.stdout, /open {4}why: because\n {8}compare it with: since it is so/)
    t.notMatch(wrong.stdout, /780/)

    const told = await lab.start(["check", "--exp", "survey", "--set", "people=40", "--json", "pairs=781"])
      .ended
    t.equal(told.code, 3)
    t.match(JSON.parse(told.stdout), {
      experiment: "survey",
      params: { people: 40 },
      checked: [{ number: 1, question: "pairs of people", given: "781", verdict: "wrong", notes: [] }],
    })
    t.notMatch(told.stdout, /780/)

    const unknown = await lab.plain("check", "--exp", "survey", "--set", "people=40", "pears=3")
    t.same([unknown.code, unknown.stdout], [2, ""])
    t.match(unknown.stderr, /no question "pears"; did you mean "pairs"\?\n {2}1\. pairs of people/)
  },
)

t.test(
  "a sheet has the params and every question, and neither an answer nor what leads to one",
  async (t) => {
    const lab = project(t, survey)
    const sheet = await lab.plain("check", "--exp", "survey", "--sheet")
    const json = await lab.start(["check", "--exp", "survey", "--sheet", "--json"]).ended
    t.same([sheet.code, json.code], [0, 0])
    t.match(sheet.stdout, /\| people \| 12345 \| people asked \|/)
    t.match(sheet.stdout, /\n1\. pairs of people\n2\. grid\n3\. why \(in words\)\n/)
    t.same(JSON.parse(json.stdout).questions[2], { number: 3, question: "why", unit: null, open: true })
    for (const { stdout } of [sheet, json])
      for (const secret of [
        "76193340",
        "76,193,340",
        "152386680",
        "12345 ×",
        "secretly",
        "n −",
        "since",
        "twice",
      ])
        t.notOk(stdout.includes(secret), secret)
  },
)

t.test("where the answers fail, what failed is told; an experiment without answers says so", async (t) => {
  const lab = project(t, survey)
  const broken = await lab.plain("check", "--exp", "survey", "--set", "broken=true", "pairs=1")
  t.equal(broken.code, 1)
  t.match(broken.stderr, /no answers today/)
  lab.write({
    "experiments/survey.ts": `
import { experiment } from "refold"
import { other } from "../stages/ask.ts"
export default experiment("survey", {}, () => other({}, {}))`,
  })
  const none = await lab.plain("check", "--exp", "survey", "pairs=1")
  t.equal(none.code, 2)
  t.match(none.stderr, /"survey" gives no answers to check: none of its results is of kind table:answers/)
})

t.test(
  "what is loaded of dist/ is ASCII, as it is read: a letter beyond it in a regular expression would be another",
  async (t) => {
    for (const name of ["pipeline.js", "worker.js"])
      t.ok(
        readFileSync(join(repository, "dist", name)).every((byte) => byte < 128),
        name,
      )
  },
)
