import fc from "fast-check"
import t from "tap"
import { globOf } from "../../../engine/content/glob.ts"
import { thrown } from "../support/thrown.ts"

const matched = (pattern: string, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.filter(globOf(pattern).matches)

t.test("a pattern says its folder for certain, and matches names below it", async (t) => {
  t.equal(globOf("data/raw/*.csv").base, "data/raw")
  t.equal(globOf("data/{a,b}/x.csv").base, "data")
  t.equal(globOf("*.csv").base, "")
  t.equal(globOf("/srv/*.csv").base, "/srv")
  t.equal(globOf("/*.csv").base, "/")
  t.equal(globOf("../raw/?.csv").base, "../raw")
  const names = ["a.csv", "b.CSV", "a.csv.gz", "sub/a.csv", "sub/deep/a.csv", ".a.csv", "ab.csv"]
  t.same(matched("data/*.csv", names), ["a.csv", "ab.csv"])
  t.same(matched("data/?.csv", names), ["a.csv"])
  t.same(matched("data/**/*.csv", names), ["a.csv", "sub/a.csv", "sub/deep/a.csv", "ab.csv"])
  t.same(matched("data/*/*.csv", names), ["sub/a.csv"])
  t.same(
    matched("data/**", names),
    names.filter((name) => !name.startsWith(".")),
  )
  t.same(matched("data/{a,ab}.csv", names), ["a.csv", "ab.csv"])
  t.same(matched("data/{,sub/{x,deep}/}a.csv", names), ["a.csv", "sub/deep/a.csv"])
  t.same(matched("data/.*.csv", names), [".a.csv"])
})

t.test("letters that mean something in a regular expression mean themselves", async (t) => {
  t.same(matched("*.a+b$c", ["x.a+b$c", "xxa+b$c", "x.aab$c"]), ["x.a+b$c"])
  t.same(matched("?.txt", ["ä.txt", "😀.txt", "\n.txt"]), ["ä.txt", "😀.txt", "\n.txt"])
})

t.test("a folder is looked into if anything below it may match, and else never", async (t) => {
  const { mayHold } = globOf("data/{a,b*}/x/*.csv")
  t.same(["a", "a/x", "bcd", "c", "a/y", "a/x/z"].filter(mayHold), ["a", "a/x", "bcd"])
  const deep = globOf("**/x/*.csv").mayHold
  t.same(["a", "a/b/x/c", ".git"].filter(deep), ["a", "a/b/x/c"])
  const name = fc.array(fc.constantFrom("a", "b", "x", "ab"), { minLength: 1, maxLength: 4 })
  const signs = fc.array(fc.constantFrom("a", "*", "?", "**", "a*", "{a,x}"), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(signs, name, (parts, names) => {
      fc.pre(parts.some((each) => /[*?{]/.test(each)))
      const glob = globOf(`*/${parts.join("/")}`)
      if (!glob.matches(names.join("/"))) return
      for (let length = 1; length < names.length; length++)
        t.ok(glob.mayHold(names.slice(0, length).join("/")), `${parts.join("/")} ${names.join("/")}`)
    }),
  )
})

t.test("what is no pattern is refused with what to write instead", async (t) => {
  const refused: Readonly<Record<string, RegExp>> = {
    "data/a.csv": /it has none of \*, \*\*, \? and {a,b}: name one file or folder with file/,
    "data\\*.csv": /folders are set apart with \/, on Windows too/,
    "data/[ab].csv": /\[ is no sign of a pattern/,
    "data/!(a).csv": /! is no sign/,
    "data/{a.csv": /its braces do not match/,
    "data/*/": /it ends in \//,
    "data/*/../x": /an empty name, \. or \.\./,
    "data/*//x": /an empty name/,
    [`${"{a,b}".repeat(11)}.csv`]: /more than 1000 patterns/,
  }
  for (const [pattern, message] of Object.entries(refused))
    t.match(
      thrown(() => globOf(pattern)),
      { message },
      pattern,
    )
})
