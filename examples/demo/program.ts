import * as fx from '../../src/index.js'
import { pixels } from '../lib/mnist.js'
import { evaluationBatch, type Predict } from './evaluate.js'
import { batchSize, initialState, predict, trainStep } from './model.js'
import type { DemoOptions } from './options.js'
import type { Step } from './train.js'

/** The two compiled functions of the demo. */
export interface MnistProgram {
  readonly step: Step & fx.Executable
  readonly predict: Predict & fx.Executable
  /** `webgpu` or `js`. */
  readonly kind: string
  /** The device, for people. */
  readonly where: string
}

const batchSpec = (n: number) => ({ x: fx.spec([n, pixels]), y: fx.spec([n], 'i32') })

/** Compiles training, whose learning rate ends after `steps`, and prediction for one device. */
export const compileProgram = async (device: DemoOptions['device'], steps: number): Promise<MnistProgram> => {
  const state = initialState(0)
  const step = await fx.compile(trainStep(steps), [fx.specOf(state), batchSpec(batchSize)], { device, donate: [0] })
  const predictor = await fx.compile(predict, [fx.specOf(state.params), batchSpec(evaluationBatch)], { device: step.device })
  return {
    step: step,
    predict: predictor,
    kind: step.device.kind,
    where: step.device.description,
  }
}
