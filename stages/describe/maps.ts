// Filters on chosen images: what comes out, as a file for pictures and as a table of how strongly each filter answers.
import type { AnswerDraft } from "refold"
import {
  type ClassicFilter,
  featureMaps,
  type Images,
  layerNames,
  type Maps,
  type TrainedNetwork,
} from "refold/ml"
import { explained } from "./words.ts"

/** The first example of each of these classes, among `rows` or all. @throws RangeError naming a class without one */
export function firstOf(
  { labels }: Pick<Images, "labels">,
  shown: ReadonlyArray<number>,
  classes: ReadonlyArray<string>,
  rows?: Uint32Array,
): ReadonlyArray<number> {
  const among = rows ?? Uint32Array.from(labels, (_, row) => row)
  return shown.map((wanted) => {
    const row = among.find((row) => labels[row] === wanted)
    if (row === undefined)
      throw new RangeError(`no example of class ${wanted}: there are 0 to ${classes.length - 1}`)
    return row
  })
}

/** @throws RangeError where the layer is no convolution of one channel, since only such filters can be laid over an image */
export async function mapsOf(
  wasm: Uint8Array,
  trained: TrainedNetwork,
  layer: string,
  { pixels, labels, shape: [height, width, channels] }: Images,
  rows: ReadonlyArray<number>,
  { classes, filters }: { readonly classes: ReadonlyArray<string>; readonly filters?: ReadonlyArray<string> },
): Promise<Maps> {
  const kernel = trained.weights[`${layer}/kernel`]
  if (kernel?.shape.length !== 4 || kernel.shape[2] !== 1 || channels !== 1)
    throw new RangeError(
      `"${layer}" is no convolution of grey images: the layers are ${layerNames(trained.network).join(", ")}`,
    )
  const area = height * width
  const images = rows.map((row) => ({
    label: classes[labels[row]!]!,
    values: pixels.slice(row * area, (row + 1) * area),
  }))
  const together = new Uint8Array(images.length * area)
  for (const [at, { values }] of images.entries()) together.set(values, at * area)
  const { shape, values } = await featureMaps(wasm, trained, together, layer)
  return {
    images,
    imageSize: [height, width],
    filters: filters ?? Array.from({ length: kernel.shape[3]! }, (_, at) => `filter ${at + 1}`),
    kernelShape: kernel.shape,
    kernel: kernel.data as Float32Array,
    largestWeight: (kernel.data as Float32Array).reduce(
      (most, weight) => Math.max(most, Math.abs(weight)),
      0,
    ),
    mapShape: shape,
    maps: values,
  }
}

/** The first `most` filters and their maps, each told of how many; all where there are no more. */
export function firstFilters(given: Maps, most: number): Maps {
  const count = given.filters.length
  if (count <= most) return given
  const cut = (values: Float32Array): Float32Array => values.filter((_, at) => at % count < most)
  const narrowed = (shape: ReadonlyArray<number>): ReadonlyArray<number> => [...shape.slice(0, -1), most]
  return {
    ...given,
    filters: given.filters.slice(0, most).map((filter) => `${filter} of ${count}`),
    kernelShape: narrowed(given.kernelShape),
    kernel: cut(given.kernel),
    mapShape: narrowed(given.mapShape),
    maps: cut(given.maps),
  }
}

/** A row a filter, a column an image: the mean size of its answers over the map, whatever their sign. */
export function responsesTable({ images, filters, maps }: Maps): ReadonlyArray<Row> {
  const perImage = maps.length / images.length
  return filters.map((filter, at) => {
    const means = images.map(({ label }, image): [string, number] => {
      let sum = 0
      for (let i = at; i < perImage; i += filters.length) sum += Math.abs(maps[image * perImage + i]!)
      return [label, sum / (perImage / filters.length)]
    })
    return { filter, ...Object.fromEntries(means) }
  })
}

type Row = Readonly<Record<string, string | number>>
type Filter = Pick<ClassicFilter, "name" | "title" | "shows">

export const filterAnswers = (
  filters: ReadonlyArray<Filter>,
  responses: ReadonlyArray<Row>,
): ReadonlyArray<AnswerDraft> =>
  filters.flatMap(({ title, shows }, at) => {
    if (shows.trim() === "") return []
    const isAlone = filters.every((other, i) => i === at || other.title !== title)
    const means = meansOf(responses[at]!)
    const [most, least] = [means[0]!, means.at(-1)!]
    return explained(
      `what the map of ${title}${isAlone ? "" : ` (filter ${at + 1})`} shows`,
      shows,
      `mean size of its answers: most on ${most[0]}, ${most[1].toFixed(3)}; least on ${least[0]}, ${least[1].toFixed(3)}`,
    )
  })

/** Of each filter, the mean size of its answers over all images. */
export const filterMetrics = (
  filters: ReadonlyArray<Filter>,
  responses: ReadonlyArray<Row>,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    filters.map(({ name }, at) => {
      const means = meansOf(responses[at]!)
      return [`${name}.size`, means.reduce((sum, [, mean]) => sum + mean, 0) / means.length]
    }),
  )

/** Largest first. */
const meansOf = ({ filter: _, ...means }: Row): ReadonlyArray<readonly [string, number]> =>
  Object.entries(means as Record<string, number>).sort(([, a], [, b]) => b - a)
