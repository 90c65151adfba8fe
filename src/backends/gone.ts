import { DeviceError } from '../error.js'

/** The error for an array that has no memory any more. */
export const goneError = (op: string, state: 'donated' | 'disposed'): DeviceError =>
  new DeviceError({
    op,
    problem: state === 'donated' ? 'this array was donated to an earlier call, which took over its memory' : 'this array was disposed',
    help:
      state === 'donated'
        ? "use the array that call returned, read this one before the call, or leave it out of compile's `donate`"
        : 'dispose an array only after its last use',
  })

/** The error for an array that a call would both take over and read. */
export const doubleDonation = (first: number, second: number): DeviceError =>
  new DeviceError({
    op: 'run',
    problem: `arguments ${String(first)} and ${String(second)} are the same array, and the call takes over its memory`,
    facts: ['a donated argument is updated in place, so nothing else may read it'],
    help: 'pass a copy for one of them, or leave the argument out of `donate`',
  })
