// Run by a variant's command in the place of the worker: says which runtime that command really starts.
const [name, version] = process.versions.bun ? ["Bun", process.versions.bun] : ["Node", process.versions.node]
console.log(JSON.stringify({ name, version, arch: process.arch }))
