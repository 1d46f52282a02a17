// How many cases a random test tries: a few in `npm test`, many in `npm run test:long`. It knows no test.

/** Whether this is the tier that takes its time: REFOLD_TEST_TIER=long, which `npm run test:long` sets. */
export const isLong = process.env.REFOLD_TEST_TIER === "long"

/** `few` are enough to find a law broken that is broken often; `many` look for what is rare. */
export const count = (few: number, many: number): number => (isLong ? many : few)
