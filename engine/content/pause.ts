// A pause of this thread, in synchronous code that has nothing else to wait by.

const never = new Int32Array(new SharedArrayBuffer(4))

export const pause = (milliseconds: number): void => void Atomics.wait(never, 0, 0, milliseconds)
