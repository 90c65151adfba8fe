// WebGPU in node through dawn.node; the adapter is whatever Vulkan driver VK_DRIVER_FILES names.
import { create, globals } from 'webgpu'
Object.assign(globalThis, globals)
export const gpu = create([])
// keep navigator's other fields out: the libraries only look for .gpu (and userAgent, which must be a string)
Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'node', hardwareConcurrency: 2 }, configurable: true })
