// What a program finds installed, as its declaration names it: where that lies, or by which digest it is known. It reads nothing.

/** What is installed for a program: in its key is what is there. */
export type Installed =
  | { readonly sort: "venv" | "conda" | "renv"; readonly folder: string }
  | { readonly sort: "image"; readonly reference: string }

/** A virtual environment of Python: its interpreter, and its distributions by their records. @param folder from the project's root */
export const venv = (folder: string): Installed => ({ sort: "venv", folder })

/** An environment of conda, by what its `conda-meta` says. @param folder from the project's root */
export const conda = (folder: string): Installed => ({ sort: "conda", folder })

/** The packages that renv has installed for a project of R. @param folder with `renv/` in it, from the project's root */
export const renv = (folder = "."): Installed => ({ sort: "renv", folder })

/**
 * An image that the command runs in, by its digest. How it is run in it, the command says: it names the image.
 *
 * @throws TypeError for a tag, which may be another image tomorrow
 */
export function image(reference: string): Installed {
  if (/^[^\s@]+@sha256:[0-9a-f]{64}$/.test(reference)) return { sort: "image", reference }
  throw new TypeError(
    `image(${JSON.stringify(reference)}): an image is named by its digest, NAME@sha256:…, since a tag may be another one tomorrow; docker image inspect --format '{{index .RepoDigests 0}}' NAME tells it`,
  )
}
