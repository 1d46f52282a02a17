// The facts of a run that did nothing yet, for tests of its folder and its page.
import type { RunFacts } from "../../../engine/report/page/facts.ts"

export const bareRun = (experiment: string): RunFacts => ({
  experiment,
  doc: "",
  run: "20260102-030405-abcdef",
  started: "2026-01-02T03:04:05.678Z",
  commit: null,
  dirty: null,
  params: {},
  counted: [],
  paramDocs: [],
  tasks: [],
})
