/**
 * Arithmetic on literal lengths, digit by digit, so that its cost grows with the digits and not with the number. What is no
 * literal whole number from 0 gives `number`.
 */
import type { Shape } from '../../ir/shape.js'

/** A list as long as a digit says. */
interface Units {
  readonly '0': readonly []
  readonly '1': readonly [0]
  readonly '2': readonly [0, 0]
  readonly '3': readonly [0, 0, 0]
  readonly '4': readonly [0, 0, 0, 0]
  readonly '5': readonly [0, 0, 0, 0, 0]
  readonly '6': readonly [0, 0, 0, 0, 0, 0]
  readonly '7': readonly [0, 0, 0, 0, 0, 0, 0]
  readonly '8': readonly [0, 0, 0, 0, 0, 0, 0, 0]
  readonly '9': readonly [0, 0, 0, 0, 0, 0, 0, 0, 0]
}

type Digit = keyof Units
type Unary = readonly 0[]
type UnitsOf<A> = A extends Digit ? Units[A] : readonly []

/** The digits of a number, the last first; `never` where it has a sign, a point or an exponent. */
type Digits<S extends string, Done extends readonly Digit[] = []> = S extends `${infer H}${infer R}`
  ? H extends Digit
    ? Digits<R, readonly [H, ...Done]>
    : never
  : Done

type DigitsOf<N extends number> = Digits<`${N}`>

type Rest<A extends readonly Digit[]> = A extends readonly [Digit, ...infer R extends readonly Digit[]] ? R : []

/** The number that digits spell, which may begin with zeros. */
type Spelled<S> = [S] extends [never]
  ? number
  : S extends `0${infer R}`
    ? R extends ''
      ? 0
      : Spelled<R>
    : S extends `${infer N extends number}`
      ? N
      : number

/** A length below 20 as [its last digit, its tens]. */
type Carried<N> = N extends number ? (`${N}` extends `1${infer U}` ? (U extends '' ? ['1', []] : [U, [0]]) : [`${N}`, []]) : never

type Add<A extends readonly Digit[], B extends readonly Digit[], C extends Unary = []> = [...A, ...B] extends readonly []
  ? C extends readonly [0]
    ? '1'
    : ''
  : Carried<[...UnitsOf<A[0]>, ...UnitsOf<B[0]>, ...C]['length']> extends [infer U extends string, infer Next extends Unary]
    ? `${Add<Rest<A>, Rest<B>, Next>}${U}`
    : never

/** The sum of two lengths. */
export type Sum<A extends number, B extends number> = number extends A | B
  ? number
  : A extends 0
    ? B
    : B extends 0
      ? A
      : [DigitsOf<A>, DigitsOf<B>] extends readonly [infer X extends readonly Digit[], infer Y extends readonly Digit[]]
        ? Spelled<Add<X, Y>>
        : number

/** A digit of a less one of b and what was borrowed: [the digit, what is borrowed next]. */
type TakeDigit<A, B, C extends Unary> = [...Units['9'], 0, ...UnitsOf<A>] extends readonly [...UnitsOf<B>, ...C, ...infer R extends Unary]
  ? Carried<R['length']> extends [infer U, infer Kept extends Unary]
    ? [U, Kept extends readonly [0] ? [] : [0]]
    : never
  : never

type Subtract<A extends readonly Digit[], B extends readonly Digit[], C extends Unary = []> = [...A, ...B] extends readonly []
  ? C extends readonly [0]
    ? never
    : ''
  : TakeDigit<A[0], B[0], C> extends [infer U extends string, infer Next extends Unary]
    ? `${Subtract<Rest<A>, Rest<B>, Next>}${U}`
    : never

/** One length less another; `never` where it is below 0. */
export type Difference<A extends number, B extends number> = number extends A | B
  ? number
  : B extends 0
    ? A
    : B extends A
      ? 0
      : [DigitsOf<A>, DigitsOf<B>] extends readonly [infer X extends readonly Digit[], infer Y extends readonly Digit[]]
        ? Subtract<X, Y> extends infer S
          ? [S] extends [never]
            ? never
            : Spelled<S>
          : never
        : number

/** The smaller of two lengths. */
export type Least<A extends number, B extends number> = number extends A | B ? number : [Difference<A, B>] extends [never] ? A : B

/** A list so many times. */
interface Times<U extends Unary> {
  readonly '0': readonly []
  readonly '1': U
  readonly '2': readonly [...U, ...U]
  readonly '3': readonly [...U, ...U, ...U]
  readonly '4': readonly [...U, ...U, ...U, ...U]
  readonly '5': readonly [...U, ...U, ...U, ...U, ...U]
  readonly '6': readonly [...U, ...U, ...U, ...U, ...U, ...U]
  readonly '7': readonly [...U, ...U, ...U, ...U, ...U, ...U, ...U]
  readonly '8': readonly [...U, ...U, ...U, ...U, ...U, ...U, ...U, ...U]
  readonly '9': readonly [...U, ...U, ...U, ...U, ...U, ...U, ...U, ...U, ...U]
}

/** A number, the last digit first, by one digit. */
type Scale<A extends readonly Digit[], D extends Digit, C extends Unary = []> = A extends readonly [
  infer H extends Digit,
  ...infer R extends readonly Digit[],
]
  ? [...Times<Units[H]>[D], ...C]['length'] extends infer N extends number
    ? `${N}` extends `${infer T}${infer U}`
      ? U extends ''
        ? `${Scale<R, D>}${T}`
        : `${Scale<R, D, UnitsOf<T>>}${U}`
      : never
    : never
  : C extends readonly []
    ? ''
    : `${C['length']}`

/** Long multiplication: the first digits of b are done. */
type Multiply<A extends readonly Digit[], B extends string, Done extends string = ''> = B extends `${infer D extends Digit}${infer R}`
  ? Multiply<A, R, Done extends '' ? Scale<A, D> : Add<Digits<`${Done}0`>, Digits<Scale<A, D>>>>
  : Done

/** The product of two lengths. */
export type Product<A extends number, B extends number> = A extends 0
  ? 0
  : B extends 0
    ? 0
    : number extends A | B
      ? number
      : A extends 1
        ? B
        : B extends 1
          ? A
          : [DigitsOf<A>, DigitsOf<B>] extends readonly [infer X extends readonly Digit[], readonly Digit[]]
            ? Spelled<Multiply<X, `${B}`>>
            : number

/** The number of elements: `number` where it is not known. */
export type SizeOf<S extends Shape, Done extends number = 1> = number extends S['length'] | S[number]
  ? number
  : S extends readonly [infer H extends number, ...infer R extends Shape]
    ? SizeOf<R, Product<Done, H>>
    : Done

/** How often d is in n, and what is left. */
type Share<N extends Unary, D extends Unary, Q extends Unary = []> = N extends readonly [...D, ...infer R extends Unary]
  ? Share<R, D, [...Q, 0]>
  : readonly [Q['length'], N]

/** Long division of digits, the first first: [the quotient, the remainder]. */
type Divide<A extends string, D extends Unary, R extends Unary = [], Q extends string = ''> = A extends `${infer H}${infer T}`
  ? Share<readonly [...Times<R>['9'], ...R, ...UnitsOf<H>], D> extends readonly [infer N extends number, infer Next extends Unary]
    ? Divide<T, D, Next, `${Q}${N}`>
    : never
  : readonly [Spelled<Q>, R]

/** A list as long as a number below 100 says. */
type Count<N extends number> = `${N}` extends infer S
  ? S extends Digit
    ? Units[S]
    : S extends `${infer T extends Digit}${infer U extends Digit}`
      ? readonly [...Times<readonly [...Units['9'], 0]>[T], ...Units[U]]
      : never
  : never

/** [the quotient, the remainder] of lengths, where the divisor is below 100; else `never`. */
type Divided<A extends number, B extends number> = number extends A | B
  ? never
  : B extends 0
    ? never
    : [DigitsOf<A>, Count<B>] extends readonly [readonly Digit[], infer D extends Unary]
      ? [D] extends [never]
        ? never
        : Divide<`${A}`, D>
      : never

/** a / b, rounded down; `number` for a divisor from 100. */
export type Quotient<A extends number, B extends number> = B extends 1
  ? A
  : B extends A
    ? number extends A
      ? number
      : 1
    : Divided<A, B> extends infer R
      ? [R] extends [readonly [infer Q extends number, Unary]]
        ? [R] extends [never]
          ? number
          : Q
        : number
      : number

/** The quotient where nothing is left; else one more, or `never`. */
type Whole<A extends number, B extends number, Rest extends 'up' | 'never'> = B extends 1
  ? A
  : Divided<A, B> extends infer R
    ? [R] extends [never]
      ? number
      : R extends readonly [infer Q extends number, infer Left]
        ? Left extends readonly []
          ? Q
          : Rest extends 'up'
            ? Sum<Q, 1>
            : never
        : number
    : number

/** a / b, rounded up. */
export type QuotientUp<A extends number, B extends number> = Whole<A, B, 'up'>

/** a / b where that is whole, and `never` where it is not. */
export type Exactly<A extends number, B extends number> = Whole<A, B, 'never'>
