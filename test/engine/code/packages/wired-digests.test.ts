import { mkdirSync, renameSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { manifest, packageProject as project, wants } from "../../support/package-project.ts"

t.test(
  "two copies of one version with other files both count, in whatever order they are found",
  async (t) => {
    const copies = (a: string, b: string) => ({
      "node_modules/left/package.json": manifest("1.0.0", wants("same")),
      "node_modules/left/node_modules/same/package.json": manifest("1.0.0"),
      "node_modules/left/node_modules/same/index.js": a,
      "node_modules/right/package.json": manifest("1.0.0", wants("same")),
      "node_modules/right/node_modules/same/package.json": manifest("1.0.0"),
      "node_modules/right/node_modules/same/index.js": b,
    })
    const { closure, write } = project(t, copies("a", "b"))
    const both = closure("left", "right")
    t.same(closure("right", "left"), both)
    for (const [a, b] of [
      ["a", "a"],
      ["b", "b"],
      ["c", "b"],
      ["a", "c"],
      ["b", "a"],
    ] as const) {
      write(copies(a, b))
      t.not(JSON.stringify(closure("left", "right")), JSON.stringify(both), `${a} and ${b}`)
    }
  },
)

t.test("who gets which of two versions is part of what runs", async (t) => {
  const { closure, root } = project(t, {
    "node_modules/left/package.json": manifest("1.0.0", wants("scale")),
    "node_modules/right/package.json": manifest("1.0.0", wants("scale")),
    "node_modules/scale/package.json": manifest("2.0.0"),
    "node_modules/left/node_modules/scale/package.json": manifest("2.1.0"),
  })
  const before = closure("left", "right")
  t.same(Object.keys(before), ["left@1.0.0", "right@1.0.0", "scale@2.0.0", "scale@2.1.0"])
  mkdirSync(join(root, "node_modules/right/node_modules"))
  renameSync(
    join(root, "node_modules/left/node_modules/scale"),
    join(root, "node_modules/right/node_modules/scale"),
  )
  const swapped = closure("left", "right")
  t.same(Object.keys(swapped), Object.keys(before))
  t.not(swapped["left@1.0.0"], before["left@1.0.0"])
  const own = closure("left", "scale")
  renameSync(join(root, "node_modules/scale"), join(root, "node_modules/set-aside"))
  renameSync(join(root, "node_modules/right/node_modules/scale"), join(root, "node_modules/scale"))
  mkdirSync(join(root, "node_modules/left/node_modules"), { recursive: true })
  t.not(JSON.stringify(closure("left", "scale")), JSON.stringify(own))
})

t.test("whether one who asks gets a package is told apart, although it is there for another", async (t) => {
  for (const as of ["optionalDependencies", "peerDependencies"]) {
    const { closure, root } = project(t, {
      "node_modules/left/package.json": manifest("1.0.0", { [as]: { extra: "1.0.0" } }),
      "node_modules/right/package.json": manifest("1.0.0", wants("extra")),
      "node_modules/extra/package.json": manifest("1.0.0"),
    })
    const before = closure("left", "right")
    mkdirSync(join(root, "node_modules/right/node_modules"))
    renameSync(join(root, "node_modules/extra"), join(root, "node_modules/right/node_modules/extra"))
    const after = closure("left", "right")
    t.not(after["left@1.0.0"], before["left@1.0.0"], as)
    t.match(after["extra@1.0.0"], /^[0-9a-f]{64}$/)
  }
})

t.test("packages that ask for each other in a circle have an end", async (t) => {
  const { closure, write } = project(t, {
    "node_modules/a/package.json": manifest("1.0.0", wants("b")),
    "node_modules/b/package.json": manifest("1.0.0", wants("a", "c")),
    "node_modules/c/package.json": manifest("1.0.0"),
    "node_modules/a/node_modules/c/package.json": manifest("2.0.0"),
  })
  t.same(Object.keys(closure("a")), ["a@1.0.0", "b@1.0.0", "c@1.0.0"])
  write({ "node_modules/a/package.json": manifest("1.0.0", wants("b", "c")) })
  t.same(Object.keys(closure("a")), ["a@1.0.0", "b@1.0.0", "c@1.0.0", "c@2.0.0"])
})
