import fc from "fast-check"
import t from "tap"
import { CanonicalError, canonical, type Json } from "../../../engine/content/canonical.ts"
import { type Digest, digestOf } from "../../../engine/content/digest.ts"

import { differences, type Earlier } from "../../../engine/key/explain.ts"
import {
  type Fingerprint,
  keyFormat,
  parsePreImage,
  preImage,
  type ReadFingerprint,
} from "../../../engine/key/fingerprint.ts"
import { reasonText } from "../../../engine/report/readers/reasons.ts"
import { thrown } from "../support/thrown.ts"

/** JSON without -0, which JSON itself would lose. */
const json = fc
  .jsonValue({ maxDepth: 4 })
  .map((value) => JSON.parse(JSON.stringify(value), (_, inner) => (Object.is(inner, -0) ? 0 : inner)) as Json)

const reordered = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(reordered)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, reordered(inner)]),
  )
}

t.test("a canonical encoding reads back as the value it was made of", async (t) => {
  fc.assert(
    fc.property(json, (value) => {
      t.same(JSON.parse(canonical(value)), value)
    }),
  )
})

t.test("the order in which names were inserted is not in a canonical encoding", async () => {
  fc.assert(fc.property(json, (value) => canonical(reordered(value)) === canonical(value)))
})

t.test("names stand in code-unit order, whatever the locale would say", async (t) => {
  t.equal(canonical({ é: 1, z: 2, a: 3, Z: 4, "10": 5, "9": 6 }), '{"10":5,"9":6,"Z":4,"a":3,"z":2,"é":1}')
})

t.test("two different values never share a canonical encoding", async () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      const same = canonical(a) === canonical(b)
      return same === (JSON.stringify(reordered(sorted(a))) === JSON.stringify(reordered(sorted(b))))
    }),
  )
})

const sorted = (value: Json): Json =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === "object" && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, inner]) => [name, sorted(inner)]),
        )
      : value

t.test("what JSON would silently change is refused, with the path where it stands", async (t) => {
  const refused: ReadonlyArray<readonly [unknown, string]> = [
    [undefined, "undefined"],
    [-0, "-0"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    [new Map(), "Map"],
    [new Set([1]), "Set"],
    [new Date(0), "Date"],
    [new (class Rate {})(), "Rate"],
    [new (class Rates extends Array {})(), "Rates"],
    [Uint8Array.of(1), "Uint8Array"],
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is refused
    [[1, , 2], "hole"],
    [1n, "bigint"],
    [() => 1, "function"],
    [Symbol("s"), "symbol"],
    [{ [Symbol("s")]: 1 }, "symbol"],
  ]
  for (const [value, word] of refused) {
    t.match(
      thrown(() => canonical({ deep: [value] })),
      { path: /^value\.deep\[0\]/, reason: new RegExp(word) },
      word,
    )
    t.ok(thrown(() => canonical({ deep: [value] })) instanceof CanonicalError)
  }
})

t.test("a value that contains itself is refused rather than followed for ever", async (t) => {
  const loop: Record<string, unknown> = {}
  loop.self = { loop }
  t.match(
    thrown(() => canonical(loop)),
    { _tag: "CanonicalError", message: /value\.self\.loop.*contains itself/ },
  )
  const shared = { a: 1 }
  t.equal(canonical([shared, shared]), '[{"a":1},{"a":1}]', "one value in two places is no loop")
})

t.test("a toJSON that a package patches in has no effect", async (t) => {
  const prototype = Set.prototype as { toJSON?: () => unknown }
  prototype.toJSON = function (this: Set<unknown>) {
    return [...this]
  }
  t.teardown(() => delete prototype.toJSON)
  t.ok(thrown(() => canonical({ rates: new Set([0.5]) })) instanceof CanonicalError)
  t.equal(canonical({ toJSON: 1 }), '{"toJSON":1}')
})

const digest = (text: string): Digest => digestOf(text)
const base: Fingerprint = {
  stage: "train",
  code: digest("code"),
  packages: { "d3@7.0.0": "sha512-a" },
  params: { rate: 0.25, optimizer: { name: "adam", beta: 0.9 } },
  inputs: { train: digest("x"), test: digest("y"), cells: { a: digest("a"), b: digest("b") } },
  numerics: { kernels: digest("wasm") },
}

t.test("every field of a fingerprint moves the key", async (t) => {
  const changed: ReadonlyArray<Partial<Fingerprint>> = [
    { stage: "evaluate" },
    { code: digest("other") },
    { packages: {} },
    { packages: { "d3@7.0.0": "sha512-b" } },
    { packages: { "d3@7.0.1": "sha512-a" } },
    { params: { rate: 0.5, optimizer: { name: "adam", beta: 0.9 } } },
    { params: { rate: "0.25", optimizer: { name: "adam", beta: 0.9 } } },
    { inputs: { ...base.inputs, train: digest("z") } },
    { inputs: { ...base.inputs, cells: { a: digest("b"), b: digest("a") } } },
    { numerics: null },
  ]
  const keys = [base, ...changed.map((change) => ({ ...base, ...change }))].map((each) => preImage(each))
  t.equal(new Set(keys).size, changed.length + 1)
})

t.test("every part of a program's command moves its key, which is of a format of its own", async (t) => {
  const command = { argv: ["python", "fit.py"], threads: 1, stdin: null, stdout: null }
  const changed = [
    { argv: ["python", "fit.py", "3"] },
    { argv: ["python fit.py"] },
    { threads: 2 },
    { stdin: "rows" },
    { stdout: "rows" },
  ]
  const keys = [base, ...[{}, ...changed].map((change) => ({ ...base, command: { ...command, ...change } }))]
  t.equal(new Set(keys.map((each) => preImage(each))).size, keys.length)
  t.same(parsePreImage(preImage({ ...base, command })), { ...base, command, format: "program-key/1" })
  t.same(
    differences(
      described({ command, format: "program-key/1" }),
      described({ command: { ...command, threads: 2 } }),
    ),
    [{ reason: "command", before: "python fit.py", after: "python fit.py (2 threads)" }],
  )
})

t.test("inputs that change places change the key", async (t) => {
  const swapped = { ...base, inputs: { ...base.inputs, train: digest("y"), test: digest("x") } }
  t.not(preImage(swapped), preImage(base))
})

t.test("a stored pre-image reads back as its fingerprint and names its format", async (t) => {
  t.same(parsePreImage(preImage(base)), { ...base, format: keyFormat })
  t.equal(keyFormat, "stage-key/2")
  const earlier = preImage(base).replace(keyFormat, "stage-key/1")
  t.same(parsePreImage(earlier), { ...base, format: "stage-key/1" })
})

const described = (change: Partial<ReadFingerprint>, sources: Earlier["sources"] = {}): Earlier => ({
  fingerprint: { format: keyFormat, ...base, ...change },
  sources,
})

t.test("a changed param is explained by its path, before and after", async (t) => {
  const now = described({ params: { rate: 0.5, optimizer: { name: "adam", beta: 0.99 } } })
  t.same(differences(described({}), now), [
    { reason: "param", path: "optimizer.beta", before: 0.9, after: 0.99 },
    { reason: "param", path: "rate", before: 0.25, after: 0.5 },
  ])
})

t.test(
  "changed code is explained by its source files, or by its digest when no source differs",
  async (t) => {
    const [a, b] = [digest("a"), digest("b")]
    const before = described({}, { "ml/adam.ts": a, "ml/old.ts": a, "ml/same.ts": a })
    const after = described({ code: b }, { "ml/adam.ts": b, "ml/new.ts": a, "ml/same.ts": a })
    t.same(differences(before, after), [
      { reason: "source", path: "ml/adam.ts", change: "edited" },
      { reason: "source", path: "ml/new.ts", change: "added" },
      { reason: "source", path: "ml/old.ts", change: "removed" },
    ])
    t.same(differences(described({}), described({ code: b })), [
      { reason: "code", before: base.code, after: b },
    ])
  },
)

t.test("a package, an input and the numerics are explained by name, before and after", async (t) => {
  const now = described({
    packages: { "d3@8.0.0": "sha512-c" },
    inputs: { train: digest("x"), test: digest("y"), cells: { a: digest("a"), b: digest("new") } },
    numerics: null,
  })
  t.same(differences(described({}), now), [
    {
      reason: "package",
      name: "d3",
      before: "sha512-a",
      after: "sha512-c",
      versions: { before: "7.0.0", after: "8.0.0" },
    },
    { reason: "input", role: "cells/b", before: digest("b"), after: digest("new") },
    { reason: "numerics", before: base.numerics, after: null },
  ])
})

t.test(
  "keys of another format are explained by the format, not by what only the format changed",
  async (t) => {
    const change = { packages: { "d3@7.0.0": "another form" }, code: digest("otherwise"), numerics: null }
    const now = described({ params: { rate: 1 } })
    const before = (format: string, rate: number) => described({ ...change, format, params: { rate } })
    const older = { reason: "key-format", before: "stage-key/1", after: keyFormat, isKnown: true } as const
    const newer = { reason: "key-format", before: "stage-key/9", after: keyFormat, isKnown: false } as const
    const param = { reason: "param", path: "rate", before: 2, after: 1 }
    t.same(differences(before("stage-key/1", 1), now), [older])
    t.same(differences(before("stage-key/1", 2), now), [older, param], "the param as well")
    t.same(differences(before("stage-key/9", 2), now), [newer], "of what is not known nothing is compared")
    t.equal(reasonText(older), "the format of keys is new: stage-key/1 → stage-key/2")
    t.match(reasonText(newer), /a format that this version does not know: stage-key\/9/)
  },
)
