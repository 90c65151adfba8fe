/** Devices that are broken on purpose, each in one way. */
import type { Device, LoadRequest } from '../../src/backends/backend.js'
import type { Place } from '../../src/ir/kernel/program.js'

/** A device that changes the source of the kernels it is to print, where `applies`. */
export const misprinting = (device: Device, edit: (source: string) => string): Device => ({
  ...device,
  print: (kernel) => {
    const printed = device.print(kernel)
    return { ...printed, source: edit(printed.source) }
  },
})

/** A device that puts every temporary at the start of the arena. */
export const overlapping = (device: Device): Device => ({
  ...device,
  load: (request) =>
    device.load({
      ...request,
      plan: {
        ...request.plan,
        places: request.plan.places.map((place): Place => (place.kind === 'arena' ? { ...place, offset: 0 } : place)),
      },
    }),
})

/** A device that changes what it loads. */
export const misloading = (device: Device, edit: (request: LoadRequest) => LoadRequest): Device => ({
  ...device,
  load: (request) => device.load(edit(request)),
})

/** A device whose second launch writes into the buffer of the first, which has the same size. */
export const misbinding = (device: Device): Device =>
  misloading(device, (request) => {
    const [first, second, ...rest] = request.program.launches
    if (first === undefined || second === undefined) return request
    const bind = [...second.bind.slice(0, -1), first.bind.at(-1) ?? 0]
    return { ...request, program: { ...request.program, launches: [first, { ...second, bind }, ...rest] } }
  })

/** A device that runs every loop launch by launch. */
export const withoutTeams = ({ team: _, ...device }: Device): Device => device
