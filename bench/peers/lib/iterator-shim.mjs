// jax-js 0.1.25 uses iterator helpers (einsum: matchAll(...).map), which V8 has from node 22 on; this is for node 20.
const proto = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()))
if (!proto.map) {
  const def = (n, value) => Object.defineProperty(proto, n, { value, configurable: true, writable: true })
  def('map', function* (f) {
    let i = 0
    for (const v of this) yield f(v, i++)
  })
  def('filter', function* (f) {
    let i = 0
    for (const v of this) if (f(v, i++)) yield v
  })
  def('toArray', function () {
    return [...this]
  })
}
