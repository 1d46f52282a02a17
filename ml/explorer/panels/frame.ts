// Drawing that waits for the next picture of the screen: the answer comes first, and what is asked for twice is drawn once.

/** A function that has `draw` run before the next picture, once, however often it is called until then. */
export function beforeNextPicture(draw: () => void): () => void {
  let isAsked = false
  return () => {
    if (isAsked) return
    isAsked = true
    requestAnimationFrame(() => {
      isAsked = false
      draw()
    })
  }
}
