/** A published network at full size: what it will take is said before it runs, then it sees a photograph and takes one step. */
import { imageToArray } from '../../src/data.js'
import * as fx from '../../src/index.js'
import { countParams, crossEntropy, layer, resizeLinear, type AnyModule, type Layer } from '../../src/nn.js'
import { sgd } from '../../src/optim.js'
import type { Context } from '../runner/system.js'
import { improve } from './improve.js'

type F32 = fx.Tensor<fx.Shape, 'f32'>

interface State {
  readonly params: fx.Tree<F32>
  readonly net: fx.Tree<F32>
}

export interface FullSize {
  readonly name: string
  readonly model: AnyModule
  /** Sides of its images. */
  readonly size: number
  /** Of what the model gives. Default: cross-entropy of scores for the first class. */
  readonly objective?: (outputs: never) => F32
  /** The paper's. */
  readonly parameters: number
}

const millions = (n: number): string => `${(n / 1e6).toFixed(1)}M`

const firstClass = (scores: F32): F32 => crossEntropy(scores, fx.zeros([1], 'i32'))

/** @throws Error where the parameters are not as many as published */
export const runFullSize = async (ctx: Context, { name, model, size, objective = firstClass, parameters }: FullSize): Promise<void> => {
  const net = layer(model) as unknown as Layer<fx.Tree<F32>, fx.Tree<F32>>
  const optimizer = sgd(1e-4)
  const begin = (seed: fx.Key): State => ({ params: net.init(seed), net: net.initState() })
  const forward = (state: State, x: F32): F32 => objective(net.apply(state.params, x, { state: state.net }) as never)
  const step = ({ params, net: own }: State, x: F32, key: fx.Key): readonly [State, F32] => {
    const before = { params, optimizer: optimizer.init(params) }
    const [after, [value, state]] = improve(optimizer, before, (p: fx.Tree<F32>): readonly [F32, readonly [F32, fx.Tree<F32>]] => {
      const [y, next] = net.stateful(p, x, { training: true, key, state: own })
      const loss = objective(y as never)
      return [loss, [loss, next]]
    })
    return [{ params: after.params, net: state }, value]
  }
  const device = { device: ctx.device }
  const seed = fx.random.keyData(ctx.seed)
  const [photo] = await ctx.data.photographs()
  const pixels = imageToArray(photo as NonNullable<typeof photo>)
  const seen = await fx.compile((image: F32): F32 => resizeLinear(fx.reshape(image, [1, ...image.shape] as fx.Shape), [size, size]), [fx.specOf(pixels)] as const, device) // prettier-ignore
  const x = await seen(pixels)
  const state = await (await fx.compile(begin, [fx.specOf(seed)] as const, device))(seed)
  const count = countParams(state.params)
  if (count !== parameters) throw new Error(`${name} has ${String(count)} parameters, and the paper's ${String(parameters)}`)
  const timed = async <T>(what: string, peak: number, run: () => Promise<T>): Promise<T> => {
    ctx.note(`${name} at full size, ${millions(count)} parameters: ${what} needs ${millions(peak)}B`)
    const start = performance.now()
    const result = await run()
    ctx.note(`  and took ${((performance.now() - start) / 1000).toFixed(1)} s`)
    return result
  }
  const spec = fx.specOf(state)
  const look = await fx.compile(forward, [spec, fx.specOf(x)] as const, device)
  await timed('a look at a photograph', look.memory.peakBytes, async () => (await look(state, x)).item())
  const train = await fx.compile(step, [spec, fx.specOf(x), fx.specOf(seed)] as const, { ...device, donate: [0] })
  const loss = await timed('a step of training', train.memory.peakBytes, async () => (await train(state, x, seed))[1].item())
  if (!Number.isFinite(loss)) throw new Error(`${name}'s loss is ${String(loss)}`)
}
