// Whose code is whose: stages are told apart by module, name and form, and files by where they lie.
import t from "tap"
import { Codebase, codeOf, stageCodes } from "../../../engine/code/stage-code.ts"
import { codeProject, declared } from "../support/code-project.ts"

const stageOf = (name: string, value: number): string =>
  `import { stage } from "refold"\nexport const ${name} = stage("${name}", { run: () => ({ x: ${value} }) })`

t.test("two stages of one name, in two modules of one project, keep their own code", async (t) => {
  const { root } = codeProject(t, { "a/train.ts": stageOf("train", 1), "b/train.ts": stageOf("train", 2) })
  const codebase = new Codebase(root)
  const of = async (module: string) => (await codebase.code(declared("train", module))).digest
  const [a, b] = [await of("a/train.ts"), await of("b/train.ts")]
  t.not(a, b)
  t.same([await of("a/train.ts"), await of("b/train.ts")], [a, b], "asked again")
})

t.test("a file of the project's own is taken for nothing of the engine's, whatever its path", async (t) => {
  for (const path of ["engine/declare/index.ts", "engine/stage.ts", "engine/experiment.ts", "refold.ts"]) {
    const { code, write } = codeProject(t, {
      "stages/train.ts": `import { stage } from "refold"
        import { own } from "../${path}"
        export const train = stage("train", { run: () => own })`,
      [path]: "export const own = 1",
    })
    const before = await code()
    t.ok(Object.keys(before.sources).includes(path), path)
    write({ [path]: "export const own = 2" })
    t.not((await code()).digest, before.digest, path)
  }
})

t.test(
  "a stage that bodies of groups may wire and that is not exported is refused as it is wired",
  async (t) => {
    const { root } = codeProject(t, {
      "a/train.ts": stageOf("train", 1),
      "a/score.ts": `${stageOf("other", 2)}\nexport default stage("score", { run: () => 1 })`,
    })
    const [train, score] = [declared("train", "a/train.ts"), declared("score", "a/score.ts")]
    const node = (stage: typeof train) => ({ node: { stage } }) as never
    const codes = await stageCodes({ tasks: [node(train)], reachable: [score] }, new Codebase(root))
    t.same([...codes.keys()], ["train"])
    t.throws(() => codeOf(node(score), codes), {
      message: /"score" was not bundled .*: export it under its own name/,
    })
    await t.rejects(stageCodes({ tasks: [node(score)], reachable: [] }, new Codebase(root)), {
      message: /"score" must be exported from a\/score\.ts as `score`/,
    })
  },
)
