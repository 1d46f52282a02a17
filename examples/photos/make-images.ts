// Draws the images of `images/`: pieces of cloth of five patterns, in any colours, size, place and light. `npx tsx make-images.ts`
// writes the very files that are kept here: all of an image comes from the seed of its name.
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import jpeg from "jpeg-js"
import { cos, type Generator, generator, seedOf } from "refold/ml"

type Point = readonly [number, number]
type Colour = readonly [number, number, number]

const SIDE = 32
/** Samples of a pixel along each axis. */
const SAMPLES = 3
const EACH = 72
const QUALITY = 62
const QUARTER = 1.5707963267948966

/** Whether a thread of a cloth lies on top, by its pattern; a period is 1 long. */
const patterns: Readonly<Record<string, (at: Point) => boolean>> = {
  checked: ([x, y]) => fraction(x / 2) < 0.5 === fraction(y / 2) < 0.5,
  dotted: ([x, y]) => (fraction(x) - 0.5) ** 2 + (fraction(y) - 0.5) ** 2 < 0.1,
  plain: () => false,
  ringed: ([x, y]) => fraction(Math.sqrt(x * x + y * y)) < 0.5,
  striped: ([x]) => fraction(x) < 0.5,
}

const fraction = (x: number): number => x - Math.floor(x)

const turned = ([x, y]: Point, angle: number): Point => {
  const [c, s] = [cos(angle), cos(angle - QUARTER)]
  return [c * x + s * y, c * y - s * x]
}

/** What of 0 to 1 lies between two bounds. */
const between = (random: Generator, low: number, high: number): number =>
  low + (high - low) * random.uniform()

const colour = (random: Generator): Colour => [0, 1, 2].map(() => between(random, 10, 170)) as never as Colour

/** Another colour, far enough from the first that an eye tells them apart. */
function colourFrom(random: Generator, other: Colour): Colour {
  for (;;) {
    const drawn = colour(random)
    if (drawn.reduce((sum, level, i) => sum + Math.abs(level - other[i]!), 0) > 120) return drawn
  }
}

/** A piece of cloth, round or square, on a table of another colour, with the light from one side. */
function draw(name: string, pattern: (at: Point) => boolean): Uint8Array {
  const random = generator(seedOf(1, name))
  const table = colour(random)
  const cloth = colourFrom(random, table)
  const white = between(random, 0.45, 0.8)
  const thread = cloth.map((level) => level + white * (255 - level))
  const radius = between(random, 9, 14)
  const reach = SIDE / 2 - radius * 0.8
  const centre: Point = [0, 1].map(() => SIDE / 2 + between(random, -reach, reach)) as never as Point
  const isRound = random.uniform() < 0.5
  const angle = between(random, 0, 4 * QUARTER)
  const period = between(random, 4.5, 7)
  const light = turned([between(random, 0, 60), 0], between(random, 0, 4 * QUARTER))
  const noise = between(random, 5, 20)
  const pixels = new Uint8Array(SIDE * SIDE * 4).fill(255)
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++) {
      const sum = [0, 0, 0]
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
        const [u, v] = turned(
          [
            column + ((sample % SAMPLES) + 0.5) / SAMPLES - centre[0],
            row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES - centre[1],
          ],
          angle,
        )
        const isCloth = isRound
          ? u * u + v * v < radius * radius
          : Math.max(Math.abs(u), Math.abs(v)) < radius * 0.87
        const seen = isCloth ? (pattern([u / period, v / period]) ? thread : cloth) : table
        for (const i of sum.keys()) sum[i]! += seen[i]! / (SAMPLES * SAMPLES)
      }
      const shade = (light[0] * (column - SIDE / 2) + light[1] * (row - SIDE / 2)) / SIDE
      for (const [i, level] of sum.entries()) {
        const grain = noise * (random.uniform() + random.uniform() - 1)
        pixels[(row * SIDE + column) * 4 + i] = Math.min(255, Math.max(0, Math.round(level + shade + grain)))
      }
    }
  return pixels
}

const folder = fileURLToPath(new URL("images", import.meta.url))
rmSync(folder, { recursive: true, force: true })
for (const [name, pattern] of Object.entries(patterns)) {
  mkdirSync(`${folder}/${name}`, { recursive: true })
  for (let at = 1; at <= EACH; at++) {
    const data = draw(`${name} ${at}`, pattern)
    const image = jpeg.encode({ data, width: SIDE, height: SIDE }, QUALITY)
    writeFileSync(`${folder}/${name}/${String(at).padStart(2, "0")}.jpg`, image.data)
  }
}
