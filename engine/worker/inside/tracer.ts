// The tracer of a stage that is an Effect: spans have their names, for errors to tell. Effect's own numbers them at random,
// which a stage may not.
import * as Effect from "effect/Effect"
import * as Tracer from "effect/Tracer"

let spans = 0

const tracer = Tracer.make({
  span: (name, parent, context, links, startTime, kind) => ({
    _tag: "Span",
    name,
    spanId: String(++spans),
    traceId: "task",
    parent,
    context,
    status: { _tag: "Started", startTime },
    attributes: new Map(),
    links,
    sampled: true,
    kind,
    end: () => {},
    attribute: () => {},
    event: () => {},
    addLinks: () => {},
  }),
  context: (run) => run(),
})

export const traced = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withTracer(effect, tracer)
