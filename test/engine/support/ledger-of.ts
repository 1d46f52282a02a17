// What a project's ledger holds under the keys of a lock: what a run left, but for times and marks.
import { join } from "node:path"
import * as Context from "effect/Context"
import type { Test } from "tap"
import { parsePreImage } from "../../../engine/key/fingerprint.ts"
import { linkKey } from "../../../engine/key/link-key.ts"
import { readingLedger } from "../../../engine/ledger/ledger.ts"
import { Links } from "../../../engine/ledger/links.ts"
import { Results } from "../../../engine/ledger/results.ts"
import type { Lock } from "../../../engine/lock/lock-file.ts"
import { open } from "../../../engine/testing/layers.ts"
import type { Project } from "../../../engine/testing/project.ts"

/** @param finishing params of chained stages that shape no link */
export function ledgerOf(t: Test, { root }: Project, lock: Lock, finishing: ReadonlyArray<string>) {
  const services = open(t, readingLedger(join(root, "artifacts/ledger.sqlite")))
  const results = Context.get(services, Results)
  const { link } = Context.get(services, Links)
  return Object.fromEntries(
    Object.entries(lock.tasks).map(([label, { key }]) => {
      const result = results.result(key)
      if (result === undefined) return [label, undefined]
      const { seconds: _, sequence: __, adopted, ...rest } = result
      const fingerprint = parsePreImage(result.fingerprint)
      const states = result.states ?? []
      const links = states.map((_, i) => {
        const found = link(linkKey(fingerprint, finishing, i + 1, i === 0 ? null : states[i - 1]!))
        if (found === undefined) return undefined
        const { seconds: __, adopted: ___, ...own } = found
        return own
      })
      return [label, { ...rest, links, metrics: results.metrics(key), isAdopted: adopted !== null }]
    }),
  )
}
