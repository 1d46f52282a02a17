// The pictures of a folder by class: each folder in it is a class, and each file below that one of its pictures. It decodes none.
import { PictureError } from "./picture.ts"

export interface PictureFile {
  /** Within the folder, slashes between: `cat/003.png`. */
  readonly path: string
  /** The number of its class. */
  readonly label: number
}

export interface ByClass {
  /** Names by class number. */
  readonly classes: ReadonlyArray<string>
  /** In code-unit order of class and path, so that the order follows from the names alone. */
  readonly files: ReadonlyArray<PictureFile>
  /** What is no picture by its name, and was left aside. */
  readonly others: ReadonlyArray<string>
}

const READ = /\.(png|jpe?g)$/i
const UNREAD = /\.(gif|bmp|tiff?|webp|avif|heic|heif|jp2|svg|psd|ico|ppm|pgm|raw|cr2|nef|dng)$/i

/**
 * @param names   of all files in the folder
 * @param classes names by class number, where they are pinned; null takes the folders that there are, in code-unit order
 * @throws PictureError for a picture in no class's folder, of a class that is not among those pinned, in a format that is
 *   not read, or a class without pictures
 */
export function byClass(names: Iterable<string>, classes: ReadonlyArray<string> | null): ByClass {
  const others: Array<string> = []
  const paths: Array<string> = []
  const folders = new Set<string>()
  for (const name of [...names].sort()) {
    const [folder, ...rest] = name.split("/")
    if (rest.length > 0) folders.add(folder!)
    if (rest.length > 0 && name.split("/").some((part) => part.startsWith("."))) others.push(name)
    else if (UNREAD.test(name))
      throw new PictureError(`${name}: only PNG and JPEG are read; convert it to PNG, or take it out`)
    else if (!READ.test(name)) others.push(name)
    else if (rest.length === 0)
      throw new PictureError(
        `${name} lies in no class's folder: move it into the folder of its class, such as CLASS/${name}`,
      )
    else paths.push(name)
  }
  const found = classes ?? [...folders].filter((folder) => !folder.startsWith(".")).sort()
  const files = paths.map((path) => ({ path, label: found.indexOf(path.split("/", 1)[0]!) }))
  checkClasses(found, files)
  return { classes: found, files: files.sort((a, b) => a.label - b.label), others }
}

function checkClasses(classes: ReadonlyArray<string>, files: ReadonlyArray<PictureFile>): void {
  const stray = files.find(({ label }) => label < 0)
  if (stray !== undefined)
    throw new PictureError(
      `${stray.path} is of a class that is not among those named (${classes.join(", ")}): add it to classes, or take its folder out`,
    )
  if (classes.length < 2)
    throw new PictureError(
      `a folder of pictures holds one folder a class, and at least two: found ${classes.length === 0 ? "none" : `"${classes[0]}" alone`}`,
    )
  if (classes.length > 256)
    throw new PictureError(`there are ${classes.length} folders of classes: 256 are as many as are read`)
  const held = new Set(files.map(({ label }) => label))
  const empty = classes.findIndex((_, label) => !held.has(label))
  if (empty >= 0)
    throw new PictureError(
      `the class "${classes[empty]}" has no picture: put PNG or JPEG files into its folder, or take the class out`,
    )
}
