// What recorded stages ask: computed by the author's function under the traps, twice, as a request that differs from call to call would
// be no key; and remembered, so that a run that changes nothing computes none.
import { canonical, type Json } from "../../content/canonical.ts"
import { type Digest, digestOf } from "../../content/digest.ts"
import { namedGiven } from "../../content/given.ts"
import { decodeContent } from "../../content/kind.ts"
import type { Masks } from "../../content/secrets/masks.ts"
import { DeclarationError } from "../../declare/declaration-error.ts"
import { recordingOf } from "../../declare/observed/recorded.ts"
import { decodeParams } from "../../declare/params.ts"
import { fullName, type TaskNode } from "../../declare/task.ts"
import type { Fingerprint, OtherRecord } from "../../key/fingerprint.ts"
import type { Keyed } from "../../key/known.ts"
import { isRecord } from "../../key/resolve.ts"
import type { Observations } from "../../ledger/observations.ts"
import { guardedRequests } from "../../worker/guarded-bodies.ts"
import { handedOver } from "../../worker/inside/inputs-and-outputs.ts"
import { declaredSecrets } from "../../worker/secrets.ts"

/** A request that is none, or another one each time, or would keep a secret. */
export class RequestRefused extends Error {
  readonly _tag = "RequestRefused"
}

interface Services {
  /** The declarations of the experiment. */
  readonly bundle: string
  /** The bytes of an input. @throws where they are not at hand */
  readonly content: (digest: Digest) => Uint8Array
  /** What requests came to before. */
  readonly known?: Pick<Observations["Type"], "request"> | undefined
}

type Inputs = Parameters<Keyed>[2]

export class Requests {
  readonly #services: Services
  readonly #call: ReturnType<typeof guardedRequests>
  /** What was computed and is not kept yet: by what was asked. */
  readonly #fresh = new Map<Digest, { readonly code: Digest; readonly record: string }>()
  #masks: Masks | undefined

  constructor(services: Services) {
    this.#services = services
    this.#call = guardedRequests(services.bundle)
  }

  /** @throws RequestRefused, whatever the request throws, and where an input is not at hand */
  readonly keyed: Keyed = (node, fingerprint, inputs) => {
    if (recordingOf(node.stage.definition) === undefined) return undefined
    const { stage, code, packages, params } = fingerprint
    const asked = digestOf(canonical([stage, params, fingerprint.inputs]))
    const by = digestOf(canonical([code, packages]))
    const known = this.#services.known?.request(asked, by)
    const text = known ?? this.#computed(node, fingerprint, inputs)
    if (known === undefined) this.#fresh.set(asked, { code: by, record: text })
    return { format: "observation-key/1", fields: JSON.parse(text) } satisfies OtherRecord
  }

  /** Keeps what was computed since. */
  tell(observations: Pick<Observations["Type"], "remember">): void {
    for (const [asked, { code, record }] of this.#fresh) observations.remember(asked, code, record)
    this.#fresh.clear()
  }

  /** The canonical bytes of request and trial. */
  #computed(node: TaskNode, { params }: Fingerprint, inputs: Inputs): string {
    const { definition } = node.stage
    const name = fullName(node.stage)
    const { request } = recordingOf(definition)!
    const { trial } = definition as { readonly trial?: string }
    const encoded = JSON.parse(canonical(params)) as Readonly<Record<string, Json>>
    if (trial !== undefined && !Object.hasOwn(encoded, trial))
      throw new DeclarationError(`stage "${name}" counts trials by "${trial}", which is none of its params`)
    const once = (): string => {
      const own = decodeParams(definition.params, encoded)
      const contents = this.#contents(node, inputs)
      const asked: unknown = this.#call(name, () => request(own, contents))
      return canonical([asked, trial === undefined ? null : encoded[trial]], `the request of "${name}"`)
    }
    const text = once()
    if (text !== once())
      throw new RequestRefused(
        `the request of "${name}" is another one when it is computed again: it may depend on params and inputs alone`,
      )
    this.#masks ??= declaredSecrets().masks
    const found = this.#masks.findIn(text)
    if (found !== undefined)
      throw new RequestRefused(
        `the request of "${name}" holds the secret ${found.name} (${found.called}), and would be in its key: leave it to observe, which is handed its secrets`,
      )
    return text
  }

  /** Inputs as a worker would hand them over. */
  #contents({ stage }: TaskNode, inputs: Inputs): Readonly<Record<string, unknown>> {
    const { content } = this.#services
    return Object.fromEntries(
      Object.entries(inputs).map(([role, given]) => {
        const named = namedGiven(given, isRecord).map(
          ([name, { kind, digest }]) => [name, decodeContent(kind, content(digest))] as const,
        )
        return [role, handedOver(stage.definition.inputs[role], given, isRecord, named)]
      }),
    )
  }
}
