// What an optimizer's tensors are called in a training's state, whoever the maker is.

/** The velocity of each parameter. */
export const SGD = { velocity: "sgd/velocity" } as const

/** Of each parameter the mean of its gradient and that of the gradient's square; and β₁ᵗ and β₂ᵗ. */
export const ADAM = { first: "adam/first", second: "adam/second", products: "adam/products" } as const

/** The tensor that an optimizer keeps under this name for one parameter. */
export const momentOf = (moment: string, parameter: string): string => `${moment}/${parameter}`
