// `refold/kernels.wasm`: what an import of the kernels' file gives is up to who bundles; with most it is the file's URL.
declare const file: unknown
export default file
