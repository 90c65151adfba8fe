/** Literal shapes of windows that slide: convolutions and pooling. */
import type { Shape } from '../../ir/shape.js'
import type { Difference, Product, Quotient, QuotientUp, Sum } from './number.js'

/** An option that is there; `Default` where it is not, `unknown` where that is not known. */
type Option<O, Name extends string, Default> = O extends { readonly [N in Name]: infer V } ? V : Name extends keyof O ? unknown : Default

/** What an option says of the spatial axis K. */
type PerAxis<V, K> = V extends readonly number[] ? (K extends keyof V ? V[K] & number : number) : V extends number ? V : number

/** How many positions a window of W elements, D apart, has along N elements, S apart. */
type Positions<N extends number, W extends number, S extends number, D extends number> = number extends N | W | S | D
  ? number
  : Difference<N, Reach<W, D>> extends infer Room extends number
    ? [Room] extends [never]
      ? 0
      : Sum<Quotient<Room, S>, 1>
    : number

/** From the first to the last of W elements, D apart. */
type Reach<W extends number, D extends number> = D extends 1 ? W : Sum<Product<Difference<W, 1>, D>, 1>

/** A length with its padding. */
type Around<N extends number, P, K> = P extends 'valid'
  ? N
  : P extends readonly unknown[]
    ? K extends keyof P
      ? P[K] extends readonly [infer A extends number, infer B extends number]
        ? Sum<Sum<N, A>, B>
        : number
      : number
    : number

type Slid<N extends number, W extends number, S extends number, D extends number, P, K> = P extends 'same'
  ? QuotientUp<N, S>
  : Positions<Around<N, P, K>, W, S, D>

type Spatial<X extends Shape, W extends Shape, O> = {
  readonly [K in keyof X]: Slid<
    X[K],
    PerAxis<W, K>,
    PerAxis<Option<O, 'strides', 1>, K>,
    PerAxis<Option<O, 'dilation', 1>, K>,
    Option<O, 'padding', 'valid'>,
    K
  >
}

/** Images and kernels to positions. */
export type Convolved<X extends Shape, W extends Shape, O> = X extends readonly [infer N extends number, number, ...infer S extends Shape]
  ? W extends readonly [infer C extends number, number, ...infer T extends Shape]
    ? readonly [N, C, ...Spatial<S, T, O>]
    : Shape
  : Shape

type Groups<O> = Option<O, 'groups', 1> extends infer G extends number ? G : number

/** Kernels must take as many channels as images have in a group. */
export type Channels<X extends Shape, W extends Shape, O> = X extends readonly [number, infer C extends number, ...infer S extends Shape]
  ? W extends readonly [number, infer D extends number, ...infer T extends Shape]
    ? number extends S['length'] | T['length']
      ? unknown
      : S['length'] extends T['length']
        ? Takes<C, Product<D, Groups<O>>> extends true
          ? unknown
          : { readonly error: `images have ${C} channels, kernels take ${Product<D, Groups<O>>}`; readonly shapes: [X, W] }
        : { readonly error: `images have ${S['length']} spatial axes, kernels ${T['length']}`; readonly shapes: [X, W] }
    : unknown
  : unknown

type Takes<C extends number, D extends number> = number extends C | D ? true : C extends D ? true : false

/** The window of a pool as the strides that it has unless said. */
type Window<O> = Option<O, 'window', unknown>

/** Windows of images. */
export type Pooled<X extends Shape, O> = X extends readonly [infer N extends number, infer C extends number, ...infer S extends Shape]
  ? readonly [N, C, ...PooledSpace<S, O>]
  : Shape

type PooledSpace<X extends Shape, O> = {
  readonly [K in keyof X]: Slid<
    X[K],
    PerAxis<Window<O>, K>,
    PerAxis<Option<O, 'strides', Window<O>>, K>,
    1,
    Option<O, 'padding', 'valid'>,
    K
  >
}

/** (n - 1) · stride + reach - padding + outputPadding; n · stride where padding is 'same'. */
type Unslid<N extends number, W extends number, S extends number, D extends number, P, E extends number, K> = number extends N | S | E
  ? number
  : P extends 'same'
    ? Sum<Product<N, S>, E>
    : number extends W | D
      ? number
      : Cropped<Sum<Sum<Product<Difference<N, 1>, S>, Reach<W, D>>, E>, P, K>

type Cropped<N extends number, P, K> = P extends 'valid'
  ? N
  : P extends readonly unknown[]
    ? K extends keyof P
      ? P[K] extends readonly [infer A extends number, infer B extends number]
        ? Left<Difference<N, Sum<A, B>>>
        : number
      : number
    : number

/** `number` where nothing is left. */
type Left<N extends number> = [N] extends [never] ? number : N

type Upsampled<X extends Shape, W extends Shape, O> = {
  readonly [K in keyof X]: Unslid<
    X[K],
    PerAxis<W, K>,
    PerAxis<Option<O, 'strides', 1>, K>,
    PerAxis<Option<O, 'dilation', 1>, K>,
    Option<O, 'padding', 'valid'>,
    PerAxis<Option<O, 'outputPadding', 0>, K>,
    K
  >
}

/** The channels that kernels [o / groups, c, …], or [o, c / groups, …], give. */
type Given<C extends number, A extends number, B extends number, G extends number> = G extends 1
  ? A
  : number extends C | B
    ? number
    : B extends C
      ? Product<A, G>
      : A

/** Images and kernels to the positions from which `conv` has them. */
export type ConvTransposed<X extends Shape, W extends Shape, O> = X extends readonly [
  infer N extends number,
  infer C extends number,
  ...infer S extends Shape,
]
  ? W extends readonly [infer A extends number, infer B extends number, ...infer T extends Shape]
    ? readonly [N, Given<C, A, B, Groups<O>>, ...Upsampled<S, T, O>]
    : Shape
  : Shape

/** Kernels must take the channels of images, all or one group's. */
export type ChannelsBack<X extends Shape, W extends Shape, O> = X extends readonly [number, infer C extends number, ...Shape]
  ? W extends readonly [number, infer B extends number, ...Shape]
    ? Takes<C, B> extends true
      ? Channels<X, W, { readonly groups: 1 }>
      : Channels<X, W, O>
    : unknown
  : unknown
