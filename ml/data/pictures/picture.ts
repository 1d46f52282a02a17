// A picture as bytes, and what can be wrong with a file of one; knows no format and not what a picture shows.

export interface Picture {
  /** Pixels. */
  readonly height: number
  /** Pixels. */
  readonly width: number
  /** 1 is grey; 3 are red, green and blue. */
  readonly channels: 1 | 3
  /** `height × width × channels` values of 0 to 255, a row after the other. */
  readonly data: Uint8Array
}

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number]

/** What is wrong with a picture, in which file, and what to do. */
export class PictureError extends Error {
  readonly _tag = "PictureError"

  constructor(message: string) {
    super(message)
    this.name = "PictureError"
  }
}

/** "28 × 32 pixels, 3 channels". */
export const formOf = ({ height, width, channels }: Omit<Picture, "data">): string =>
  `${width} × ${height} pixels, ${channels === 1 ? "grey" : "in colour"}`
