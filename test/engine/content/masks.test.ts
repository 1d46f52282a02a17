// Laws of what hides secrets, over random ones in random texts, cut at random.
import fc from "fast-check"
import t from "tap"
import { digestOf } from "../../../engine/content/digest.ts"
import { Masks } from "../../../engine/content/secrets/masks.ts"

const mark = "***"
/** Without halves of characters, which no bytes spell. */
const isWellFormed = (text: string): boolean => Buffer.from(text).toString() === text
const secret = fc
  .oneof(
    fc.string({ minLength: 4, maxLength: 60 }),
    fc.string({ minLength: 4, maxLength: 30, unit: "binary" }),
    fc.stringMatching(/^[A-Za-z0-9_+/.-]{4,60}$/),
    fc.string({ minLength: 4, maxLength: 8, unit: fc.constantFrom("a", "b") }),
  )
  .filter((text) => text.trim() === text && isWellFormed(text) && text.length >= 4)
const around = fc
  .string({ maxLength: 40, unit: fc.oneof(fc.constantFrom("a", "b", "%", "\\", "=", " "), fc.string()) })
  .filter((text) => isWellFormed(text))

/** A secret as people and programs write it. */
const spellings: Readonly<Record<string, (secret: string, before: string) => string>> = {
  plain: (secret, before) => before + secret,
  json: (secret, before) => JSON.stringify(before + secret).slice(1, -1),
  "ascii json": (secret, before) =>
    before +
    [...JSON.stringify(secret).slice(1, -1)]
      .flatMap((each) => each.split(""))
      .map((unit) =>
        unit.charCodeAt(0) < 127 ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      )
      .join(""),
  "of a URL": (secret, before) => before + encodeURIComponent(secret),
  "of a form": (secret, before) => before + new URLSearchParams({ q: secret }).toString().slice(2),
  "percent, all of it": (secret, before) =>
    before + [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
}

/** Of base64 all characters that the secret alone decides, wherever it stands. */
const ownOfBase64 = (secret: string, before: number, encoding: "base64" | "base64url"): string => {
  const bytes = Buffer.concat([Buffer.alloc(before, 7), Buffer.from(secret)])
  return bytes.toString(encoding).slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6))
}

const inPieces = (bytes: Uint8Array, cuts: ReadonlyArray<number>, masks: Masks): string => {
  const stream = masks.stream()
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  const parts = at.slice(1).map((end, i) => Buffer.from(stream.take(bytes.subarray(at[i]!, end))))
  return Buffer.concat([...parts, stream.end()]).toString()
}

const cuts = fc.array(fc.nat(), { maxLength: 12 })

for (const [name, spelt] of Object.entries(spellings))
  t.test(`a secret that is spelt ${name} is masked, wherever what is printed is cut`, async (t) => {
    fc.assert(
      fc.property(secret, around, around, cuts, (secret, before, after, cuts) => {
        const masks = new Masks({ KEY: secret })
        const text = spelt(secret, before) + after
        const masked = inPieces(Buffer.from(text), cuts, masks)
        t.equal(masked, masks.text(text), "however it is cut")
        const bare = spelt(secret, "")
        t.notOk(masked.replaceAll(mark, "\0").includes(bare), masked)
        t.ok(masks.findIn(text), "it is found")
      }),
    )
  })

t.test(
  "a secret in base64 is masked at each of the three places that it may have, in both alphabets",
  async (t) => {
    fc.assert(
      fc.property(
        secret,
        fc.uint8Array({ maxLength: 5 }),
        fc.uint8Array({ maxLength: 5 }),
        fc.constantFrom("base64" as const, "base64url" as const),
        cuts,
        (secret, before, after, encoding, cuts) => {
          const masks = new Masks({ KEY: secret })
          const text = `<${Buffer.concat([before, Buffer.from(secret), after]).toString(encoding)}>`
          const masked = inPieces(Buffer.from(text), cuts, masks)
          t.equal(masked, masks.text(text))
          t.notOk(masked.includes(ownOfBase64(secret, before.length % 3, encoding)), `${text} gave ${masked}`)
          t.ok(masked.includes(mark))
        },
      ),
    )
  },
)

t.test("base64 that is broken into lines is masked", async (t) => {
  const secret = "sk-live-".padEnd(120, "0123456789abcdef")
  const lines = Buffer.from(`user:${secret}`).toString("base64").replaceAll(/.{76}/g, "$&\n")
  const masked = new Masks({ KEY: secret }).text(lines)
  t.ok(masked.length < 20, masked)
})

t.test(
  "what holds no secret is what it was, to the byte, and leaves at once but for what may begin one",
  async (t) => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Z0-9]{8,20}$/),
        fc.uint8Array({ maxLength: 200 }).map((bytes) => bytes.map((byte) => (byte % 96) + 128)),
        cuts,
        (secret, bytes, cuts) => {
          const stream = new Masks({ KEY: `sk_${secret}` }).stream()
          const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
          for (const [i, end] of at.slice(1).entries()) {
            const piece = bytes.subarray(at[i]!, end)
            t.equal(stream.take(piece), piece, "the same bytes, not a copy of them")
          }
          t.equal(stream.end().length, 0)
        },
      ),
    )
  },
)

t.test("a text around secrets is kept, and secrets that overlap are hidden together", async (t) => {
  const masks = new Masks({ A: "abcdefgh", B: "efghijkl", C: "abcdefghijklmnop" })
  t.equal(masks.text("1 abcdefgh 2 efghijkl 3"), "1 *** 2 *** 3")
  t.equal(masks.text("1 abcdefghijkl 2"), "1 *** 2", "one hides where the other begins")
  t.equal(masks.text("1 abcdefghijklmnop 2"), "1 *** 2", "the longest counts")
  t.equal(masks.text("abcdefg"), "abcdefg", "a part is none")
  const stream = masks.stream()
  const said = ["1 abcdefgh", "ijkl", " 2"].map((piece) =>
    Buffer.from(stream.take(Buffer.from(piece))).toString(),
  )
  t.same(said, ["1 ", "", "*** 2"], "more may come, until it does not")
})

t.test("each line of a key that has several is hidden, and what frames every key is not", async (t) => {
  const pem = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----\n"
  const masks = new Masks({ PEM: pem })
  t.equal(masks.text(pem), "***\n")
  t.equal(masks.text("  'MIIEvQIBADANBg\\n' +\n  'kqhkiG9w0BAQEF'"), "  '***\\n' +\n  '***'")
  t.equal(masks.text("-----BEGIN KEY-----"), "-----BEGIN KEY-----")
})

t.test("a key file of 3,000 characters is hidden however it is written, and each of its lines", async (t) => {
  const lines = Array.from({ length: 46 }, (_, at) => digestOf(`line ${at}`).padEnd(64, "x"))
  const pem = `-----BEGIN PRIVATE KEY-----\n${lines.join("\n")}\n-----END PRIVATE KEY-----\n`
  t.ok(pem.length > 3000)
  const masks = new Masks({ PEM: pem, SHORT: lines[7]!.slice(0, 8) })
  t.equal(masks.text(pem), "***\n")
  t.equal(masks.text(JSON.stringify({ pem })), '{"pem":"***\\n"}')
  const base64 = Buffer.from(`u:${pem}`).toString("base64")
  for (const written of [base64, base64.match(/.{1,76}/g)!.join("\n")])
    t.match(masks.text(written), /^dTo\*\*\*.{0,6}$/)
  t.equal(masks.text(`at ${lines[7]} and ${lines[7]!.slice(0, 8)}!`), "at *** and ***!", "the longest counts")
})

t.test("a text of fewer than four characters is no secret, and hides nothing", async (t) => {
  t.ok(new Masks({ KEY: "abc", EMPTY: "", BLANK: "     " }).areNone)
  t.notOk(new Masks({ KEY: "abcd" }).areNone)
})

t.test("data is masked in its texts and the names of its fields, and nowhere else", async (t) => {
  const masks = new Masks({ KEY: "sk-12345" })
  const data = { tag: "E", "sk-12345": [1, null, true, "is sk-12345"], stack: ["at sk%2D12345"] }
  t.same(masks.plain(data), { tag: "E", "***": [1, null, true, "is ***"], stack: ["at ***"] })
  t.equal(new Masks().plain(data), data)
})

t.test("a secret is found across pieces, with its name and how it is spelt", async (t) => {
  const masks = new Masks({ A: "first-secret", B: "other-secret" })
  const finder = masks.finder()
  t.equal(finder.take(Buffer.from("… other-")), undefined)
  t.match(finder.take(Buffer.from("secret")), { name: "B", called: /as it is/ })
  const base64 = masks.finder()
  const text = Buffer.from("x:first-secret").toString("base64")
  t.equal(base64.take(Buffer.from(text.slice(0, 9))), undefined)
  t.match(base64.take(Buffer.from(text.slice(9))), { name: "A", called: "in base64" })
})
