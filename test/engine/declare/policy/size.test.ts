import t from "tap"
import { defineConfig } from "../../../../engine/declare/policy/config.ts"
import { bytesOf } from "../../../../engine/declare/policy/size.ts"

t.test("sizes are a number and a unit, decimal or binary, whatever the case", async (t) => {
  const sizes = {
    "5GB": 5e9,
    "500MB": 5e8,
    "2GiB": 2 ** 31,
    "1.5 TB": 1.5e12,
    "10kB": 1e4,
    "10 kb": 1e4,
    "0B": 0,
  }
  for (const [size, bytes] of Object.entries(sizes)) t.equal(bytesOf(size), bytes, size)
  const none = [
    "",
    "5",
    "GB",
    "-1GB",
    "5XB",
    "1e9B",
    "5 G B",
    "5GB more",
    "Infinity B",
    "1,5GB",
    "99999999999TB",
  ]
  for (const text of none) t.equal(bytesOf(text), undefined, text)
})

t.test("a configuration that keeps what is no size is refused where it is declared", async (t) => {
  t.same(defineConfig({ keep: "5GB" }), { _tag: "Config", limits: {}, policy: {}, keep: "5GB" })
  for (const keep of ["5", 5e9, null, {}])
    t.throws(() => defineConfig({ keep } as never), { message: /keep is .*: a size is wanted, such as 5GB/ })
  t.throws(() => defineConfig({ kep: "5GB" } as never), { message: /no field "kep"; did you mean "keep"/ })
  // @ts-expect-error a size has a unit
  t.throws(() => defineConfig({ keep: "5" }))
})
