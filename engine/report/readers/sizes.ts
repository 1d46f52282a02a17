// Sizes in words. Pure.

/** `512 B`, `1.5 kB`, `20.1 MB`, `4.90 GB`. */
export function sizeText(size: number): string {
  if (size < 1000) return `${size} B`
  if (size < 1e6) return `${(size / 1e3).toFixed(1)} kB`
  return size < 1e9 ? `${(size / 1e6).toFixed(1)} MB` : `${(size / 1e9).toFixed(size < 1e10 ? 2 : 1)} GB`
}
