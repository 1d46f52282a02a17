// Images, the filters laid over them and the maps that come out, as one table; knows nothing of how they were computed.

import { ChartError, type ChartSpec } from "./chart-spec.ts"
import { weightLegend } from "./filters.ts"
import { pixels } from "./grid.ts"
import { greyPicture, signedPicture } from "./picture.ts"
import { frames, type Picture, pictureLayer } from "./picture-layer.ts"
import { COLOURS, type Heading, themed } from "./theme.ts"

interface FeatureMapsChart extends Heading {
  /** Grey, 0 to 255; a row of the table each. */
  readonly images: ReadonlyArray<{ readonly label: string; readonly values: ArrayLike<number> }>
  /** Height and width of an image, in pixels. */
  readonly imageSize: readonly [number, number]
  /** One label a filter; a column of the table each. */
  readonly filters: ReadonlyArray<string>
  /** `[height, width, 1, filters]`. */
  readonly kernelShape: ReadonlyArray<number>
  /** Row-major in that shape. */
  readonly kernel: ArrayLike<number>
  /** The largest weight of the layer, of either sign. */
  readonly largestWeight: number
  /** Whether all filters have one scale, up to that weight, as a picture of the filters alone has it; or each its own. */
  readonly filterScale: "one" | "each"
  /** `[height, width, filters]` of an image's maps. */
  readonly mapShape: ReadonlyArray<number>
  /** images × that shape. */
  readonly maps: ArrayLike<number>
}

const TILE = 100
const GAP = 12
const CAPTION = 18
/** A filter up to this size shows its weights as numbers. */
const MOST_NUMBERS = 3

/**
 * The first row shows the filters, every other row an image and what each filter makes of it. Blue is negative, red positive;
 * each filter's maps have a scale of their own.
 *
 * @throws ChartError when sizes do not agree, or a filter has more than one channel
 */
export const featureMapsChart = (given: FeatureMapsChart): ChartSpec => {
  check(given)
  const { title, subtitle, images, filters, kernelShape, filterScale, largestWeight } = given
  const [kernelHeight, kernelWidth] = kernelShape as readonly [number, number]
  const columns = columnsOf(given)
  const pictures = picturesOf(given, columns)
  const captions = [
    ...images.map(({ label }, row) => ({ ...corner(0, row + 1), label })),
    ...filters.map((label, column) => ({ ...corner(column + 1, 0), label })),
  ]
  const end = corner(filters.length + 1, images.length + 1)
  return themed(
    { title, subtitle },
    {
      width: end.x - GAP,
      height: end.y - CAPTION - GAP,
      layer: [
        pictureLayer(pictures.map(({ x, y, url, width, height }) => ({ x, y, url, width, height }))),
        frames(pictures),
        {
          data: { values: captions },
          mark: {
            ...{ type: "text", align: "left", baseline: "bottom", dy: -4, limit: TILE + GAP - 4 },
            color: COLOURS.muted,
          },
          encoding: { x: pixels("x"), y: pixels("y"), text: { field: "label", type: "nominal" } },
        },
        ...(Math.max(kernelHeight, kernelWidth) <= MOST_NUMBERS
          ? [numbers(columns, kernelHeight, kernelWidth)]
          : []),
        ...(filterScale === "one" ? [weightLegend(largestWeight, TILE + CAPTION + GAP)] : []),
      ],
    },
  )
}

/** A filter, its map of each image, and the largest values of both that their scales go to, either way. */
interface Column {
  readonly kernel: ReadonlyArray<number>
  readonly largest: number
  readonly maps: ReadonlyArray<ReadonlyArray<number>>
  readonly bound: number
}

const columnsOf = (given: FeatureMapsChart): ReadonlyArray<Column> =>
  given.filters.map((_, filter) => {
    const { images, filters, filterScale, largestWeight } = given
    const own = every(given.maps, filters.length, filter)
    const area = own.length / images.length
    const kernel = every(given.kernel, filters.length, filter)
    return {
      kernel,
      largest: filterScale === "one" ? largestWeight : most(kernel),
      maps: images.map((_, at) => own.slice(at * area, (at + 1) * area)),
      bound: most(own),
    }
  })

/** The images down the side, the filters along the top, and the maps. */
const picturesOf = (
  { images, imageSize, kernelShape, mapShape }: FeatureMapsChart,
  columns: ReadonlyArray<Column>,
): ReadonlyArray<Picture> => {
  const [kernelHeight, kernelWidth] = kernelShape as readonly [number, number]
  const [mapHeight, mapWidth] = mapShape as readonly [number, number]
  return [
    ...images.map(({ values }, row) => ({
      ...box(0, row + 1, imageSize),
      url: greyPicture(values, ...imageSize, [0, 255]),
    })),
    ...columns.map(({ kernel, largest }, column) => ({
      ...box(column + 1, 0, [kernelHeight, kernelWidth]),
      url: signedPicture(kernel, kernelHeight, kernelWidth, largest),
    })),
    ...columns.flatMap(({ maps, bound }, column) =>
      maps.map((map, row) => ({
        ...box(column + 1, row + 1, [mapHeight, mapWidth]),
        url: signedPicture(map, mapHeight, mapWidth, bound),
      })),
    ),
  ]
}

/** The weights themselves, in the middle of their cells. */
const numbers = (columns: ReadonlyArray<Column>, height: number, width: number): ChartSpec => ({
  data: {
    values: columns.flatMap(({ kernel, largest }, column) => {
      const { x, y, width: across, height: down } = box(column + 1, 0, [height, width])
      return kernel.map((weight, at) => ({
        x: x + (across * ((at % width) + 0.5)) / width,
        y: y + (down * (Math.floor(at / width) + 0.5)) / height,
        weight: told(weight),
        strong: Math.abs(weight) > 0.7 * largest,
      }))
    }),
  },
  mark: { type: "text", align: "center", baseline: "middle", fontSize: 12, aria: false },
  encoding: {
    x: pixels("x"),
    y: pixels("y"),
    text: { field: "weight", type: "nominal" },
    color: { condition: { test: "datum.strong", value: "#ffffff" }, value: COLOURS.ink },
  },
})

/** A weight in few letters: small binary fractions as such, others rounded. */
const told = (weight: number): string => {
  if (Number.isInteger(weight)) return String(weight).replace("-", "−")
  if (Number.isInteger(16 * weight)) return fraction(16 * weight, 16).replace("-", "−")
  return weight.toFixed(2).replace("-", "−")
}

const fraction = (above: number, below: number): string =>
  above % 2 === 0 ? fraction(above / 2, below / 2) : `${above}/${below}`

/** Upper left corner of a cell's picture; its caption stands above it. */
const corner = (column: number, row: number): { readonly x: number; readonly y: number } => ({
  x: column * (TILE + GAP),
  y: row * (TILE + CAPTION + GAP) + CAPTION,
})

/** Where a picture of this many rows and columns stands in a cell, as large as fits. */
const box = (column: number, row: number, [height, width]: readonly [number, number]) => {
  const longest = Math.max(height, width)
  return { ...corner(column, row), width: (TILE * width) / longest, height: (TILE * height) / longest }
}

/** Every `step`-th value from `first` on. */
const every = (values: ArrayLike<number>, step: number, first: number): ReadonlyArray<number> =>
  Array.from({ length: values.length / step }, (_, at) => values[at * step + first]!)

const most = (values: ReadonlyArray<number>): number =>
  values.reduce((bound, value) => Math.max(bound, Math.abs(value)), 0)

const check = ({
  images,
  imageSize,
  filters,
  kernelShape,
  kernel,
  mapShape,
  maps,
}: FeatureMapsChart): void => {
  const size = (shape: ReadonlyArray<number>) => shape.reduce((a, b) => a * b, 1)
  const refuse = (reason: string) => {
    throw new ChartError(`a table of feature maps: ${reason}`)
  }
  if (images.length === 0 || filters.length === 0) refuse("it needs at least one image and one filter")
  const wrong = images.find(({ values }) => values.length !== size(imageSize))
  if (wrong !== undefined)
    refuse(`"${wrong.label}" has ${wrong.values.length} pixels, not ${imageSize.join(" × ")}`)
  if (kernelShape.length !== 4 || kernelShape[2] !== 1)
    refuse(`filters of ${kernelShape.join(" × ")} are not of one channel`)
  if (kernelShape[3] !== filters.length || kernel.length !== size(kernelShape))
    refuse(`${kernel.length} weights are not ${filters.length} filters of ${kernelShape.join(" × ")}`)
  if (
    mapShape.length !== 3 ||
    mapShape[2] !== filters.length ||
    maps.length !== images.length * size(mapShape)
  )
    refuse(`${maps.length} values are not maps of ${mapShape.join(" × ")} for ${images.length} images`)
}
