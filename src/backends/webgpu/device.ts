/// <reference types="@webgpu/types" preserve="true" />
/** The WebGPU backend's device. */
import { executionOrder, turnsOf } from '../../ir/kernel/program.js'
import type { Device, Loaded, LoadRequest, TilingChoices } from '../backend.js'
import { dtypes } from '../../ir/dtype.js'
import { printWgsl } from '../wgsl/print.js'
import type { Param } from './args.js'
import { createContext, type Context } from './context.js'
import { noDevice } from './errors.js'
import { defaultAdapter, describe, forgetAdapter, hardwareAdapter, isSoftware } from './gpu.js'
import { compileLaunches } from './launches.js'
import { createLoaded } from './replay.js'
import { allocateThen, checkLimits, planSlots, type Location, type Slot } from './slots.js'

export { hardwareAdapter }

export interface WebgpuOptions {
  /** The adapter to take the device from; the system's fastest without it. An adapter has one device: asking again gives the same. */
  readonly adapter?: GPUAdapter
  /** A device that you have, to share buffers' memory with your own work. */
  readonly device?: GPUDevice
}

/** Limits that are asked for as high as the adapter goes. */
const wantedLimits = ['maxStorageBufferBindingSize', 'maxBufferSize', 'maxStorageBuffersPerShaderStage'] as const

/** Features that are asked for where the adapter has them: times of kernels, and f16. */
const wantedFeatures = ['timestamp-query', 'shader-f16'] as const

const requestDevice = async (adapter: GPUAdapter): Promise<GPUDevice> => {
  try {
    return await adapter.requestDevice({
      requiredLimits: Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]])),
      requiredFeatures: wantedFeatures.filter((name) => adapter.features.has(name)),
    })
  } catch (cause) {
    throw noDevice(cause)
  }
}

const paramsOf = ({ program }: LoadRequest, locations: readonly Location[]): readonly Param[] => {
  const params: Param[] = []
  program.buffers.forEach(({ role }, i) => {
    if (role.kind !== 'param') return
    params[role.index] = { slot: (locations[i] as Location).slot, donated: program.donated.includes(role.index), own: undefined }
  })
  return params
}

const load =
  (context: Context) =>
  async (request: LoadRequest): Promise<Loaded> => {
    context.check('compile')
    checkLimits(request, context.device.limits)
    const { program } = request
    const { arena, locations } = planSlots(request)
    const params = paramsOf(request, locations)
    const bindTo = compileLaunches(context, request)
    const ready = await allocateThen(context, request, arena, locations, () => bindTo(locations))
    const launches = executionOrder(program).flatMap((index) => ready.get(index) ?? [])
    const isOpen = (program.loops ?? []).some((loop) => 'flag' in loop)
    const rounds = isOpen ? { turns: turnsOf(program), ready, locations } : undefined
    const ofParams = new Set<Slot>(params.map(({ slot }) => slot))
    const renewed = new Set(locations.map(({ slot }) => slot).filter((slot) => slot.moving && !ofParams.has(slot)))
    const outputs = program.outputs.map((buffer) => locations[buffer] as Location)
    return createLoaded({ context, params, renewed: [...renewed], launches, rounds, outputs, specs: request.outputs })
  }

type Preferences = Pick<
  Device,
  | 'tile'
  | 'fewestProducts'
  | 'elements'
  | 'terms'
  | 'rows'
  | 'keepsInResults'
  | 'inRounds'
  | 'flash'
  | 'againCost'
  | 'busy'
  | 'stage'
  | 'members'
> & {
  readonly team: number
}

/**
 * Hardware hides the time of loads behind other invocations, of which it wants many: small tiles, vectors of four, large teams, and
 * memory that a workgroup shares. Rows are shared out: neighbours that each read one of their own would waste most of what an access brings.
 */
const hardware: Preferences = { tile: [4, 4], elements: 4, terms: 4, rows: true, stage: 16, members: 256, team: 256 }

/**
 * Software begins an invocation by a call and runs few at once: more work for each pays, and whoever waits for others costs much. It compiles
 * slowly, on the processor that the program is to run on, so that what gains little by being written out is not.
 */
const software: Preferences = {
  tile: [8, 8],
  fewestProducts: 2 ** 22,
  elements: 8,
  terms: 2,
  rows: true,
  keepsInResults: true,
  inRounds: true,
  flash: [4, 8],
  againCost: 2,
  busy: 8,
  team: 16,
}

/** What is known of adapters of a kind before anything is measured. */
export const preferencesFor = (info: GPUAdapterInfo): Preferences => (isSoftware(info) ? software : hardware)

/** What `tune` tries on an adapter: squares and strips of outputs, long and short rounds, small and large workgroups. */
const choicesFor = ({ maxComputeInvocationsPerWorkgroup }: GPUSupportedLimits): TilingChoices => ({
  tile: [
    [1, 4],
    [2, 4],
    [4, 4],
    [4, 8],
    [8, 4],
    [8, 8],
  ],
  terms: [1, 2, 4, 8],
  elements: [1, 2, 4, 8, 16],
  flash: [
    [2, 8],
    [4, 4],
    [4, 8],
    [8, 8],
  ],
  stage: [0, 8, 16, 32],
  members: [1, 64, 256].filter((n) => n <= maxComputeInvocationsPerWorkgroup),
  workgroup: [32, 64, 128, 256].filter((n) => n <= maxComputeInvocationsPerWorkgroup),
})

const deviceOver = (gpu: GPUDevice, owned: boolean): Device => {
  const { adapterInfo, limits } = gpu
  const description = describe(adapterInfo)
  const preferences = preferencesFor(adapterInfo)
  const largest = Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX)
  const context = createContext(gpu, `webgpu: ${description}`, owned)
  return {
    kind: 'webgpu',
    description,
    dtypes: gpu.features.has('shader-f16') ? dtypes : dtypes.filter((dtype) => dtype !== 'f16'),
    maxBuffers: limits.maxStorageBuffersPerShaderStage,
    ...preferences,
    ...(preferences.members === undefined ? {} : { members: Math.min(preferences.members, largest) }),
    team: Math.min(preferences.team, largest),
    choices: choicesFor(limits),
    maxBufferBytes: Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize),
    print: printWgsl,
    load: load(context),
    synchronize: async () => {
      await context.wait(gpu.queue.onSubmittedWorkDone())
      context.check('synchronize')
    },
  }
}

/** The device of each adapter that was asked for one. */
const devices = new WeakMap<GPUAdapter, Promise<Device>>()

const deviceOf = async (adapter: GPUAdapter): Promise<Device> => {
  const gpu = await requestDevice(adapter)
  void gpu.lost.then(() => {
    devices.delete(adapter)
    forgetAdapter()
  })
  return deviceOver(gpu, true)
}

/**
 * A WebGPU device: the browser's, or Dawn's in Node by the package `webgpu`.
 * @throws DeviceError when there is no package, adapter or device, saying what to install
 */
export const webgpu = async (options: WebgpuOptions = {}): Promise<Device> => {
  if (options.device !== undefined) return deviceOver(options.device, false)
  const adapter = options.adapter ?? (await defaultAdapter())
  const known = devices.get(adapter) ?? deviceOf(adapter)
  devices.set(adapter, known)
  return known
}
