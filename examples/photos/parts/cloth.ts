// A piece of cloth as an image: of one of ten patterns, in any colours, size, place and light, with noise. So colour says nothing of the
// pattern, and no pixel much. It writes no file.
import { cos, type Generator, generator, type Seed } from "refold/ml"

type Point = readonly [number, number]
type Colour = readonly [number, number, number]

/** Pixels of an image, along each side. */
export const SIDE = 32
/** Samples of a pixel along each axis. */
const SAMPLES = 3
const QUARTER = 1.5707963267948966

/** Whether a thread of a cloth lies on top, by its pattern, in the order of class numbers; a period is 1 long. */
export const patterns: Readonly<Record<string, (at: Point) => boolean>> = {
  bricked: ([x, y]) => fraction(y) < 0.25 || fraction(x / 2 + (fraction(y / 2) < 0.5 ? 0.5 : 0)) < 0.125,
  checked: ([x, y]) => fraction(x / 2) < 0.5 === fraction(y / 2) < 0.5,
  crossed: ([x, y]) => fraction(x) < 0.3 || fraction(y) < 0.3,
  dotted: ([x, y]) => (fraction(x) - 0.5) ** 2 + (fraction(y) - 0.5) ** 2 < 0.1,
  halved: ([x]) => x < 0,
  plain: () => false,
  quartered: ([x, y]) => x * y < 0,
  ringed: ([x, y]) => fraction(Math.sqrt(x * x + y * y)) < 0.5,
  striped: ([x]) => fraction(x) < 0.5,
  zigzag: ([x, y]) => fraction(x + 2 * Math.abs(fraction(y / 2) - 0.5)) < 0.5,
}

const fraction = (x: number): number => x - Math.floor(x)

/** By an angle whose cosine and sine are `c` and `s`. */
const turned = ([x, y]: Point, [c, s]: Point): Point => [c * x + s * y, c * y - s * x]
const direction = (angle: number): Point => [cos(angle), cos(angle - QUARTER)]

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

/**
 * A piece of cloth, round or square, on a table of another colour, with the light from one side.
 *
 * @returns red, green, blue and 255 of each pixel, row by row
 */
export function draw(seed: Seed, pattern: (at: Point) => boolean): Uint8Array {
  const random = generator(seed)
  const table = colour(random)
  const cloth = colourFrom(random, table)
  const white = between(random, 0.45, 0.8)
  const thread = cloth.map((level) => level + white * (255 - level))
  const radius = between(random, 9, 14)
  const reach = SIDE / 2 - radius * 0.8
  const centre: Point = [0, 1].map(() => SIDE / 2 + between(random, -reach, reach)) as never as Point
  const isRound = random.uniform() < 0.5
  const angle = direction(between(random, 0, 4 * QUARTER))
  const period = between(random, 4.5, 7)
  const light = turned([between(random, 0, 60), 0], direction(between(random, 0, 4 * QUARTER)))
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
