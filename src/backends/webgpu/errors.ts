/** What can go wrong with a GPU, as errors that say what to do. */
import { DeviceError, DeviceLostError, OutOfMemoryError } from '../../error.js'

const softwareDriver =
  'on Linux without a GPU a software driver will do: `apt-get install chromium libvulkan1`, then set ' +
  'VK_DRIVER_FILES and VK_ICD_FILENAMES to /usr/lib/chromium/vk_swiftshader_icd.json and XDG_RUNTIME_DIR to /tmp'

export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)).trim()

const firstLines = (text: string): readonly string[] =>
  text
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 6)

export const noPackage = (cause: unknown): DeviceError =>
  new DeviceError({
    op: 'webgpu',
    problem: 'this runtime has no navigator.gpu, and the package that brings WebGPU to Node cannot be loaded',
    facts: firstLines(messageOf(cause)),
    help: "run `npm install webgpu`, open the page in a browser with WebGPU, or compile with device: 'js'",
  })

export const noAdapter = (isNode: boolean): DeviceError =>
  new DeviceError({
    op: 'webgpu',
    problem: 'there is no GPU adapter',
    help: isNode
      ? `install the GPU's Vulkan driver and libvulkan1, or compile with device: 'js'; ${softwareDriver}`
      : "enable WebGPU in the browser's settings (it needs a secure context, https or localhost), or compile with device: 'js'",
  })

export const noDevice = (cause: unknown): DeviceError =>
  new DeviceError({
    op: 'webgpu',
    problem: 'the adapter gave no device',
    facts: firstLines(messageOf(cause)),
    help: 'an adapter gives one device: request a new adapter, or pass the device you have as webgpu({ device })',
  })

export const lostError = (op: string, info: { readonly reason: string; readonly message: string }): DeviceLostError =>
  new DeviceLostError({
    op,
    problem: info.reason === 'destroyed' ? 'the GPU device was destroyed' : 'the GPU device was lost',
    facts: firstLines(info.message),
    help: 'make a new device with `await webgpu()` and compile again; arrays on the lost device are gone, so keep checkpoints as NDArrays',
  })

const lineOf = (source: string, line: number): string => source.split('\n')[line - 1] ?? ''

/** A kernel that the driver's compiler refuses: the line of WGSL and the compiler's words. */
export const compileError = (kernel: string, source: string, messages: readonly GPUCompilationMessage[], cause: string): DeviceError => {
  const [first] = messages.filter(({ type }) => type === 'error')
  const at =
    first === undefined
      ? []
      : [
          `WGSL line ${String(first.lineNum)}: ${first.message}`,
          lineOf(source, first.lineNum),
          `${' '.repeat(Math.max(0, first.linePos - 1))}^`,
        ]
  return new DeviceError({
    op: kernel,
    problem: 'the GPU refused this kernel',
    facts: at.length > 0 ? at : firstLines(cause),
    help: "this is a fault of fluxion or of the driver: report it with the kernel's source (`executable.kernels`), and compile with device: 'js' meanwhile",
  })
}

export const validationError = (op: string, message: string): DeviceError =>
  new DeviceError({
    op,
    problem: 'the GPU refused the work',
    facts: firstLines(message),
    help: "this is a fault of fluxion or of the driver: report it with `print(executable.graph)`, and compile with device: 'js' meanwhile",
  })

export const outOfMemory = (op: string, message: string): OutOfMemoryError =>
  new OutOfMemoryError({
    op,
    problem: 'the GPU has no memory left',
    facts: firstLines(message),
    help: 'make the batch smaller, donate state that is updated, or dispose() results that are no longer needed',
  })
