/** How often `work` submits to a GPU queue: counted at the queue itself, whatever the library says of itself. */
export const countSubmits = async (work: () => Promise<unknown>): Promise<number> => {
  const { globals } = await import('webgpu')
  const queue = (globals as { readonly GPUQueue: { readonly prototype: GPUQueue } }).GPUQueue.prototype
  const submit = queue.submit
  let count = 0
  queue.submit = function (this: GPUQueue, buffers) {
    count++
    submit.call(this, buffers)
  }
  try {
    await work()
    return count
  } finally {
    queue.submit = submit
  }
}
