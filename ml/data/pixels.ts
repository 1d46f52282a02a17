// How a pixel's byte becomes a number for a network; it knows neither images nor networks.

/** What bytes are multiplied by, in float32: from [0, 255] to [0, 1]. */
export const PIXEL_SCALE = /* @__PURE__ */ Math.fround(1 / 255)
