// Elementary functions in double precision, a module of their own; AssemblyScript's Math is a port of musl's.
export function exp(x: f64): f64 {
  return Math.exp(x)
}

export function log(x: f64): f64 {
  return Math.log(x)
}

export function cos(x: f64): f64 {
  return Math.cos(x)
}

export function sin(x: f64): f64 {
  return Math.sin(x)
}
