/** Looks now, and whenever the element has been scrolled or has another size. Returns how to stop. */
export function watchView(element: HTMLElement, look: () => void): () => void {
  const resized = new ResizeObserver(look)
  resized.observe(element)
  element.addEventListener('scroll', look, { passive: true })
  return () => {
    resized.disconnect()
    element.removeEventListener('scroll', look)
  }
}
