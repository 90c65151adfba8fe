/** Networks at sizes that every backend runs in a moment. */
import { lenet5 } from '../../src/models/lenet.js'
import type { ModelProgram } from './devices.js'
import { training } from './nets.js'

export const netPrograms: readonly ModelProgram[] = [training('LeNet-5, with its gradients', lenet5({ variant: '1998' }), [1, 1, 28, 28])]
