// How many cases a random test tries: a few in `npm test`, many in `npm run test:long`. It knows no test.

/** Whether this is the tier that takes its time: REFOLD_TEST_TIER=long, which `npm run test:long` sets. */
export const isLong = process.env.REFOLD_TEST_TIER === "long"
const isCI = process.env.REFOLD_TEST_TIER === "ci"

/**
 * `few` are enough to find a law broken that is broken often; `many` look for what is rare.
 *
 * @param inCI where CI can do more than `few`
 */
export const count = (few: number, many: number, inCI: number = few): number =>
  isLong ? many : isCI ? inCI : few
